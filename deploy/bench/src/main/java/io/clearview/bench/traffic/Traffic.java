package io.clearview.bench.traffic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.workload.Feed;

/**
 * Requests of {@code /classify} without end. Used by one event loop at a time.
 */
public final class Traffic {

	private static final int REMEMBERED_CARDS = 50_000;

	private final List<? extends Credential> users;

	private final Feed feed;

	private final int posts;

	private final SplittableRandom random;

	private final Map<Long, Card> cards = new HashMap<>();

	/**
	 * Makes a source.
	 * @param users who ask, in turn at random
	 * @param posts in a request
	 */
	public Traffic(List<? extends Credential> users, Feed feed, int posts, long seed) {
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
	 * Posts that are asked for again and again.
	 * @param working how many different requests; each is always the same user's
	 */
	public List<Exchange> repeated(int working) {
		List<Exchange> requests = new ArrayList<>();
		for (int i = 0; i < working; i++) {
			int user = this.random.nextInt(this.users.size());
			List<Card> shown = new ArrayList<>();
			for (int post = 0; post < this.posts; post++) {
				shown.add(card((long) i % 200 * this.posts + post, 0));
			}
			requests.add(request(user, shown));
		}
		return requests;
	}

	/** Every post new, to everybody. */
	public Supplier<Exchange> fresh() {
		long[] next = { this.random.nextLong() >>> 2 };
		return () -> {
			List<Card> shown = new ArrayList<>();
			for (int post = 0; post < this.posts; post++) {
				shown.add(Card.of(this.feed.post(next[0]++, 0)));
			}
			return request(this.random.nextInt(this.users.size()), shown);
		};
	}

	/**
	 * Everybody sees the same post, and nobody saw it before; the rest is known.
	 * @param working how many sets of known posts, as in {@link #repeated}
	 * @param number of the post at the moment
	 */
	public Supplier<Exchange> herd(int working, Supplier<Long> number) {
		return () -> {
			int user = this.random.nextInt(this.users.size());
			List<Card> shown = new ArrayList<>();
			shown.add(card(number.get(), 0));
			int set = this.random.nextInt(working);
			for (int post = 1; post < this.posts; post++) {
				shown.add(card((long) set % 200 * this.posts + post, 0));
			}
			return new Classify(this.users.get(user), null, shown);
		};
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
