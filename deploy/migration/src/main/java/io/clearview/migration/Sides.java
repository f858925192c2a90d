package io.clearview.migration;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Which side served whom at which share. A user who was on the new system at one share is
 * there at every larger one, so only a roll-back moves anybody back.
 */
final class Sides {

	private final Map<Person, Range> ranges = new IdentityHashMap<>();

	/** Remembers, and says how many users of these flipped without reason. */
	int flipped(Collection<Reading> readings) {
		int flipped = 0;
		for (Reading reading : readings) {
			Side side = reading.side();
			if (reading.kind() != Reading.Kind.SIGN_UP && !side.instead() && !side.share().isEmpty()) {
				Range range = this.ranges.merge(reading.person(), Range.of(side), Range::and);
				flipped += range.isConsistent() ? 0 : 1;
			}
		}
		return flipped;
	}

	/**
	 * Shares at which a user was seen.
	 *
	 * @param mostOld the largest at which the old backend served; -1 for none
	 * @param leastNew the least at which the new system did; 101 for none
	 */
	private record Range(BigDecimal mostOld, BigDecimal leastNew) {

		private static final BigDecimal NEVER_OLD = BigDecimal.valueOf(-1);

		private static final BigDecimal NEVER_NEW = BigDecimal.valueOf(101);

		static Range of(Side side) {
			BigDecimal share = new BigDecimal(side.share());
			return side.isNew() ? new Range(NEVER_OLD, share) : new Range(share, NEVER_NEW);
		}

		Range and(Range other) {
			return new Range(this.mostOld.max(other.mostOld), this.leastNew.min(other.leastNew));
		}

		boolean isConsistent() {
			return this.mostOld.compareTo(this.leastNew) < 0;
		}

	}

}
