package io.clearview.bench.traffic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.workload.PostStream;

/**
 * Requests of {@code /classify} without end. Used by one event loop at a time.
 */
public final class RequestStream {

	/** Of posts that {@link #repeated} requests ask about. */
	private static final int DIFFERENT_SETS = 200;

	private static final int REMEMBERED_CARDS = 50_000;

	private final List<? extends Credential> users;

	private final PostStream feed;

	private final int posts;

	private final SplittableRandom random;

	private final Map<Long, Card> cards = new HashMap<>();

	/**
	 * Makes a source.
	 * @param users who ask, in turn at random
	 * @param posts in a request
	 */
	public RequestStream(List<? extends Credential> users, PostStream feed, int posts, long seed) {
		this.users = List.copyOf(users);
		this.feed = feed;
		this.posts = posts;
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Everything as the workload says.
	 * @param hours since the day began
	 */
	public Supplier<Exchange> realistic(DoubleSupplier hours) {
		return () -> {
			int user = this.random.nextInt(this.users.size());
			double now = hours.getAsDouble();
			Set<Long> numbers = new LinkedHashSet<>();
			while (numbers.size() < this.posts) {
				numbers.add(this.feed.draw(user, now, this.random));
			}
			return request(user, numbers.stream().map((number) -> card(number, this.feed.copy(this.random))).toList());
		};
	}

	/**
	 * Posts that are asked for again and again, by all users equally often: one who asked
	 * much more often than others would be limited.
	 * @param working how many different requests; each is always the same user's
	 */
	public List<Exchange> repeated(int working) {
		List<Exchange> requests = new ArrayList<>();
		for (int i = 0; i < working; i++) {
			requests.add(request(i % this.users.size(), set(i % DIFFERENT_SETS, 0)));
		}
		return requests;
	}

	/**
	 * Nothing was ever asked before: every post is new, and every preference.
	 * @param users who ask, at the moment
	 */
	public static Supplier<Exchange> unseen(Supplier<? extends Credential> users, PostStream feed, int posts,
			long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		long[] next = { random.nextLong(1L << 50) };
		return () -> {
			List<Card> shown = new ArrayList<>();
			for (int post = 0; post < posts; post++) {
				shown.add(Card.of(feed.post(next[0]++, 0)));
			}
			return new Classify(users.get(), "Hide topic " + Long.toString(random.nextLong() >>> 1, 36), shown);
		};
	}

	/** Sets of posts for {@link #herd}, each asked by somebody without a preference. */
	public List<Exchange> known(int sets) {
		List<Exchange> requests = new ArrayList<>();
		for (int set = 0; set < sets; set++) {
			requests.add(new Classify(someone(), null, set(set, 0)));
		}
		return requests;
	}

	/**
	 * Everybody sees the same post, and nobody saw it before; the rest is known.
	 * @param sets how many were made {@link #known}
	 * @param number of the post at the moment
	 */
	public Supplier<Exchange> herd(int sets, LongSupplier number) {
		return () -> {
			List<Card> shown = set(this.random.nextInt(sets), 1);
			shown.add(card(number.getAsLong(), 0));
			return new Classify(someone(), null, shown);
		};
	}

	/**
	 * Half of the posts are known, and nobody saw the other half before.
	 * @param sets how many were made {@link #known}
	 * @param first number of the first new post
	 * @param deadlineMs for the answer
	 */
	public Supplier<Exchange> halfKnown(int sets, long first, int deadlineMs) {
		long[] next = { first };
		return () -> {
			int unknown = this.posts / 2;
			List<Card> shown = set(this.random.nextInt(sets), unknown);
			for (int post = 0; post < unknown; post++) {
				shown.add(Card.of(this.feed.post(next[0]++, 0)));
			}
			return new Classify(someone(), null, shown, deadlineMs);
		};
	}

	private List<Card> set(int set, int without) {
		List<Card> shown = new ArrayList<>();
		for (int post = without; post < this.posts; post++) {
			shown.add(card((long) set * this.posts + post, 0));
		}
		return shown;
	}

	private Credential someone() {
		return this.users.get(this.random.nextInt(this.users.size()));
	}

	private Exchange request(int user, List<Card> shown) {
		return new Classify(this.users.get(user), this.feed.preference(user), shown);
	}

	private Card card(long number, int copy) {
		if (this.cards.size() > REMEMBERED_CARDS) {
			this.cards.clear();
		}
		return this.cards.computeIfAbsent(number * 64 + copy, (_) -> Card.of(this.feed.post(number, copy)));
	}

}
