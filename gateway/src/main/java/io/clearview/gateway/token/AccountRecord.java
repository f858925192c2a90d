package io.clearview.gateway.token;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import io.clearview.gateway.context.Tier;
import io.clearview.kit.durable.DurableDocument;
import org.jspecify.annotations.Nullable;

/**
 * An account as redis-state or the durable store has it.
 *
 * @param user its ID
 * @param tier the tier's name; null where none was ever set, which means free
 * @param origin issued or adopted
 * @param created when it was opened; null if that is not known
 * @param expires when it ends
 * @param revoked when it was revoked; null if it was not
 */
record AccountRecord(String user, @Nullable String tier, String origin, @Nullable Instant created, Instant expires,
		@Nullable Instant revoked) {

	/** The fields of a document of the durable store. */
	static final String TIER = "tier";

	static final String ORIGIN = "origin";

	static final String CREATED = "created";

	static final String EXPIRES = "expires";

	static final String REVOKED = "revoked";

	private static final String ISSUED = "issued";

	/**
	 * Reads a document of the durable store; null if nobody knows when the account ends.
	 * @param otherwise when it ends if the document does not say so
	 */
	static @Nullable AccountRecord of(DurableDocument document, @Nullable Instant otherwise) {
		Instant said = time(document, EXPIRES);
		Instant expires = (said != null) ? said : otherwise;
		return (expires != null) ? new AccountRecord(document.id(), text(document, TIER),
				(text(document, ORIGIN) instanceof String origin) ? origin : ISSUED, time(document, CREATED), expires,
				time(document, REVOKED)) : null;
	}

	/** What the durable store is to have, without the tier. */
	Map<String, Object> fields() {
		Map<String, Object> fields = new HashMap<>(Map.of(ORIGIN, this.origin, EXPIRES, this.expires));
		if (this.created != null) {
			fields.put(CREATED, this.created);
		}
		if (this.revoked != null) {
			fields.put(REVOKED, this.revoked);
		}
		return fields;
	}

	/** The tier, free where none was set. */
	String effectiveTier() {
		return (this.tier != null) ? this.tier : Tier.FREE.label();
	}

	boolean isAdopted() {
		return this.origin.equals(TokenStore.ADOPTED);
	}

	boolean isOverAt(Instant now) {
		return !this.expires.isAfter(now);
	}

	private static @Nullable String text(DurableDocument document, String field) {
		return (document.fields().get(field) instanceof String text) ? text : null;
	}

	private static @Nullable Instant time(DurableDocument document, String field) {
		return (document.fields().get(field) instanceof Instant time) ? time : null;
	}

}
