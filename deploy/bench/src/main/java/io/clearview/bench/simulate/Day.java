package io.clearview.bench.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.clearview.bench.workload.PostStream;
import io.clearview.bench.workload.Shape;
import io.clearview.classifier.quota.Limits;
import io.clearview.classifier.quota.LocalAccount;

/**
 * A day of requests, in the order of time. Users come in sessions, most of them in the
 * evening. A session is a run of requests: the first of ten posts, which is what the
 * extension sends at most, the others of as many as came onto the screen since. It
 * remembers labels for an hour, so a post reaches the service once an hour a user at
 * most. Posts over a user's quota are not judged, and so are no part of the day.
 *
 * @param feed the posts and preferences
 * @param visits the requests of which anything was granted
 * @param refused posts that were over a quota
 */
record Day(PostStream feed, List<Visit> visits, long refused) {

	private static final int MOST_POSTS = 10;

	private static final long HOUR = 3_600_000;

	private static final int MILLIS = 86_400_000;

	private static final int REMEMBERED = 256;

	static Day of(Habits habits, Limits limits, Shape shape, long seed) {
		PostStream feed = new PostStream(shape, seed);
		List<Visit> visits = new ArrayList<>();
		for (int user = 0; user < habits.active(); user++) {
			visits(habits, feed, user, new SplittableRandom(seed ^ (user * 0xd1342543de82ef95L)), visits);
		}
		visits.sort(Comparator.comparingInt(Visit::millis).thenComparingInt(Visit::user));
		return granted(feed, visits, limits);
	}

	/** What the service's own accounts grant of them. */
	private static Day granted(PostStream feed, List<Visit> asked, Limits limits) {
		Map<Integer, LocalAccount> accounts = new HashMap<>();
		List<Visit> granted = new ArrayList<>();
		long refused = 0;
		for (Visit visit : asked) {
			int posts = accounts.computeIfAbsent(visit.user(), (_) -> new LocalAccount(null, "", 0))
				.reserve(visit.posts().length, limits, visit.millis())
				.posts();
			refused += visit.posts().length - posts;
			if (posts > 0) {
				granted.add(visit.first(posts));
			}
		}
		return new Day(feed, List.copyOf(granted), refused);
	}

	long posts() {
		return this.visits.stream().mapToLong((visit) -> visit.posts().length).sum();
	}

	private static void visits(Habits habits, PostStream feed, int user, SplittableRandom random, List<Visit> visits) {
		Recent recent = new Recent();
		int sessions = 1 + poisson(habits.sessions() - 1, random);
		List<Integer> starts = new ArrayList<>();
		for (int session = 0; session < sessions; session++) {
			starts.add(arrival(random));
		}
		starts.sort(null);
		int time = 0;
		for (int start : starts) {
			time = Math.max(time, start);
			int requests = 1 + poisson(habits.requests() - 1, random);
			for (int request = 0; request < requests && time < MILLIS; request++) {
				int posts = (request == 0) ? MOST_POSTS : 1 + random.nextInt(MOST_POSTS);
				visits.add(visit(feed, user, posts, time, recent, random));
				time += (int) (habits.secondsBetween() * 1000 * (0.5 + random.nextDouble()));
			}
		}
	}

	private static Visit visit(PostStream feed, int user, int count, int millis, Recent recent,
			SplittableRandom random) {
		long[] posts = new long[count];
		byte[] copies = new byte[count];
		for (int i = 0; i < count; i++) {
			do {
				posts[i] = feed.draw(user, millis / (double) HOUR, random);
			}
			while (!recent.add(posts[i], millis));
			copies[i] = (byte) feed.copy(random);
		}
		return new Visit(millis, user, posts, copies);
	}

	/** Quiet at four in the morning, busy at four in the afternoon: 1 to 9. */
	private static int arrival(SplittableRandom random) {
		while (true) {
			double hour = random.nextDouble() * 24;
			double weight = 0.5 - 0.4 * Math.cos((hour - 4) / 24 * 2 * Math.PI);
			if (random.nextDouble() < weight) {
				return (int) (hour * HOUR);
			}
		}
	}

	/** Knuth's method: fine for small means. */
	private static int poisson(double mean, SplittableRandom random) {
		double limit = Math.exp(-mean);
		int events = -1;
		for (double product = 1; product > limit; product *= random.nextDouble()) {
			events++;
		}
		return events;
	}

	/** What the extension remembers of one user: the last posts, for an hour. */
	private static final class Recent {

		private final long[] posts = new long[REMEMBERED];

		private final long[] until = new long[REMEMBERED];

		private int next;

		boolean add(long post, int millis) {
			for (int i = 0; i < REMEMBERED; i++) {
				if (this.posts[i] == post && this.until[i] > millis) {
					return false;
				}
			}
			this.posts[this.next] = post;
			this.until[this.next] = millis + HOUR;
			this.next = (this.next + 1) % REMEMBERED;
			return true;
		}

	}

}
