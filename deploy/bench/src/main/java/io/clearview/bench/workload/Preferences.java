package io.clearview.bench.workload;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * What users want hidden: 60 % never say, 30 % say one of 50 common things (the popular
 * ones more often), 10 % something that nobody else says.
 *
 * <p>
 * People write the same wish differently: of those who wrote theirs, one in five typed it
 * in another case or with other spaces.
 */
final class Preferences {

	/** What the service takes an absent preference for. */
	static final String DEFAULT = "Filter harmful, explicit, and abusive content";

	private static final int COMMON = 50;

	private static final List<String> VERBS = List.of("Block", "Hide", "Filter", "Remove", "No");

	private static final List<String> TOPICS = List.of("spam and scams", "crypto promotion", "political arguments",
			"celebrity gossip", "sports results", "movie spoilers", "violent news", "adult content", "rage bait",
			"engagement farming");

	private final long seed;

	private final Zipf popularity = new Zipf(COMMON, 1.1);

	Preferences(long seed) {
		this.seed = seed;
	}

	/** The preference a user sends, or {@code null} if none. */
	@Nullable String of(int user) {
		SplittableRandom random = new SplittableRandom(this.seed ^ (user * 0x9e3779b97f4a7c15L));
		double kind = random.nextDouble();
		if (kind < 0.6) {
			return null;
		}
		String wish = (kind < 0.9) ? common(this.popularity.draw(random))
				: "Hide posts about topic " + Long.toString(random.nextLong() >>> 1, 36) + " please";
		return (random.nextInt(5) == 0) ? otherwise(wish, random) : wish;
	}

	private static String common(int rank) {
		return VERBS.get(rank % VERBS.size()) + " " + TOPICS.get(rank / VERBS.size());
	}

	private static String otherwise(String wish, SplittableRandom random) {
		return switch (random.nextInt(4)) {
			case 0 -> wish.toLowerCase(Locale.ROOT);
			case 1 -> wish.toUpperCase(Locale.ROOT);
			case 2 -> " " + wish + " ";
			default -> wish.replace(" ", "  ");
		};
	}

}
