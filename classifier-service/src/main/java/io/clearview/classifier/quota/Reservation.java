package io.clearview.classifier.quota;

import io.clearview.classifier.identity.Tier;
import org.jspecify.annotations.Nullable;

/**
 * Posts that were granted to a request, and charged.
 *
 * @param id unique
 * @param userId whose quota it is
 * @param tier of the user
 * @param granted how many posts may be judged, from 0 to what was asked
 * @param bound what kept it from being more
 * @param usage after it
 * @param idempotencyKey under which it was charged
 * @param local whether it was granted without Redis
 * @param charges one character for each post granted: 1 if this reservation charged it, 0
 * if it was charged before; empty if all were charged
 */
public record Reservation(String id, String userId, Tier tier, int granted, Bound bound, Usage usage,
		@Nullable String idempotencyKey, boolean local, String charges) {

	/** Whether this reservation charged the post at {@code index}. */
	public boolean isCharged(int index) {
		return index < this.granted && (this.charges.isEmpty() || this.charges.charAt(index) == '1');
	}

	/** A limit that was met. */
	public enum Bound {

		/** None: all was granted. */
		NONE,

		/** Posts a day. */
		DAY,

		/** Posts in 60 seconds. */
		BURST

	}

}
