package io.clearview.classifier.identity;

import org.jspecify.annotations.Nullable;

/**
 * Who is asking, as the gateway asserted it.
 *
 * @param userId 64 hex digits
 * @param tier of the account
 * @param correlationId of the request
 * @param network keyed hash of the network it came from, 32 hex digits; null where the
 * gateway did not say
 */
public record Caller(String userId, Tier tier, String correlationId, @Nullable String network) {

	/** A caller from an unknown network. */
	public Caller(String userId, Tier tier, String correlationId) {
		this(userId, tier, correlationId, null);
	}
}
