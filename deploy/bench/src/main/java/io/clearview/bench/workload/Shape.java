package io.clearview.bench.workload;

/**
 * What the posts of a day look like.
 *
 * @param sliceHours posts are written in slices of this length, in hours
 * @param postsPerSlice posts for everybody written in a slice
 * @param exponent of the Zipf distribution of their popularity within a slice
 * @param halfLifeHours after which a post is shown half as often
 * @param privateShare share of what is shown that only a small circle sees, 0 to 1
 * @param circle users in such a circle
 * @param privatePerSlice posts written in a circle in a slice
 * @param linkShare share of posts that carry a shortened link, 0 to 1
 * @param copies different short links under which such a post goes around, at most 64
 */
public record Shape(double sliceHours, int postsPerSlice, double exponent, double halfLifeHours, double privateShare,
		int circle, int privatePerSlice, double linkShare, int copies) {

	/**
	 * A day of real time. Calibrated on what is known of the design replaced: on a day of
	 * this shape it finds about half of the posts in its caches, as it did. Every share
	 * of a post with a link has a link of its own.
	 */
	public static Shape day() {
		return new Shape(1, 200, 1.2, 2, 0.005, 8, 10, 0.3, 64);
	}

	/** The same, with an hour passing in a minute, for a benchmark that lasts minutes. */
	public static Shape minutes() {
		return new Shape(1.0 / 60, 200, 1.2, 2.0 / 60, 0.0, 8, 10, 0.3, 64);
	}

}
