package io.clearview.bench.workload;

import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * What users see at a given hour. A post's popularity is Zipf within the slice of time it
 * was written in, and falls by half with every half-life: first an age is drawn, then a
 * rank among the posts of that age.
 *
 * <p>
 * Stateless but for its tables: the same seed, user, hour and source of randomness give
 * the same post, on every machine.
 */
public final class PostStream {

	private static final long PRIVATE = 1L << 52;

	/** So that posts written before the day began have numbers too. */
	private static final long SLICES_BEFORE = 1 << 20;

	private final Shape shape;

	private final Zipf ranks;

	private final Posts posts;

	private final Preferences preferences;

	public PostStream(Shape shape, long seed) {
		this.shape = shape;
		this.ranks = new Zipf(shape.postsPerSlice(), shape.exponent());
		this.posts = new Posts(seed, shape);
		this.preferences = new Preferences(seed);
	}

	/**
	 * Number of a post that {@code user} is shown.
	 * @param hours since the day began
	 */
	public long draw(int user, double hours, RandomGenerator random) {
		double age = -Math.log(1 - random.nextDouble()) * this.shape.halfLifeHours() / Math.log(2);
		long slice = SLICES_BEFORE + (long) Math.floor((hours - age) / this.shape.sliceHours());
		if (random.nextDouble() < this.shape.privateShare()) {
			long circle = user / this.shape.circle();
			return PRIVATE | (circle << 32)
					| (slice * this.shape.privatePerSlice() + random.nextInt(this.shape.privatePerSlice()));
		}
		return slice * this.shape.postsPerSlice() + this.ranks.draw(random);
	}

	/** In which of its copies a post reaches somebody. */
	public int copy(RandomGenerator random) {
		return random.nextInt(this.shape.copies());
	}

	/** The post of that number, in one of its copies. */
	public Post post(long number, int copy) {
		return this.posts.write(number, copy);
	}

	/** What a user wants hidden, as they wrote it, or {@code null} if they never did. */
	public @Nullable String preference(int user) {
		return this.preferences.of(user);
	}

	/** What a preference stands for: what the service goes by when there is none. */
	public static String wish(@Nullable String preference) {
		return (preference != null) ? preference : Preferences.DEFAULT;
	}

}
