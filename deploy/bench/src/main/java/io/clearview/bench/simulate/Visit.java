package io.clearview.bench.simulate;

import java.util.Arrays;

/**
 * One request of a generated day.
 *
 * @param millis since the day began
 * @param user who asks
 * @param posts numbers of the posts, as {@code Feed} knows them
 * @param copies in which of its copies each reached the user
 */
@SuppressWarnings("ArrayRecordComponent")
record Visit(int millis, int user, long[] posts, byte[] copies) {

	/** The same with its first posts only. */
	Visit first(int count) {
		return (count == this.posts.length) ? this : new Visit(this.millis, this.user, Arrays.copyOf(this.posts, count),
				Arrays.copyOf(this.copies, count));
	}

}
