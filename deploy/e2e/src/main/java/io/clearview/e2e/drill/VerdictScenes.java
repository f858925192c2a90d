package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.PostResult;
import io.clearview.e2e.drill.Scene.Promise;
import io.clearview.e2e.drill.Scene.Step;
import io.clearview.local.ManagedProcess;

/**
 * The rows of a fleet whose durable store keeps verdicts, and whose classifiers keep none
 * in memory, in which redis-cache is lost. Posts that only these rows ask for show
 * whether the model is asked again.
 */
final class VerdictScenes {

	private static final String ADDRESS = "198.51.100.7";

	private static final int REQUESTS = 4;

	private static final int POSTS = 5;

	private static final String NEEDED = "clearview_verdict_durable_needed ";

	private static final String WRITTEN = "clearview_durable_waiting{queue=\"verdicts\"} 0.0";

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final Duration AGAIN = Duration.ofMillis(100);

	private VerdictScenes() {
	}

	static List<Scene> all() {
		return List.of(scene("cache-lost-durable", "loses all data, verdicts in Firestore", (fleet) -> {
			try (RedisConsole console = new RedisConsole(fleet.redisCache().port())) {
				console.empty();
			}
		}, (_) -> {
		}), scene("cache-stopped-durable", "stopped, verdicts in Firestore", (fleet) -> fleet.redisCache().stop(),
				(fleet) -> Scenes.restart(List.of(fleet.redisCache()))));
	}

	private static Scene scene(String id, String how, Step breaking, Step mending) {
		AtomicReference<Reader> reader = new AtomicReference<>();
		return Scene.of(id, "redis-cache", how, Promise.nothing(), (fleet) -> {
			breaking.on(fleet);
			await(fleet, NEEDED + "1.0");
		}, mending).after((fleet) -> {
			// as if it had had its data for long
			try (RedisConsole console = new RedisConsole(fleet.redisCache().port())) {
				console.set("verdicts-since", "1");
			}
			await(fleet, NEEDED + "0.0");
			Reader one = Reader.of(fleet, id);
			reader.set(one);
			one.read(fleet);
			await(fleet, WRITTEN);
		}).checking((fleet) -> Objects.requireNonNull(reader.get()).problem(fleet));
	}

	/** Waits until all classifiers say a line in their metrics. */
	private static void await(Fleet fleet, String line) throws IOException {
		long end = System.nanoTime() + LIMIT.toNanos();
		for (ManagedProcess classifier : fleet.stack().classifiers()) {
			while (!fleet.says(classifier, line)) {
				if (System.nanoTime() > end) {
					throw new IOException(classifier.name() + " does not say " + line);
				}
				LockSupport.parkNanos(AGAIN.toNanos());
			}
		}
	}

	/**
	 * Somebody who reads what nobody else does.
	 *
	 * @param token with its {@code Bearer}
	 * @param requests the posts
	 */
	private record Reader(String token, List<List<Post>> requests) {

		static Reader of(Fleet fleet, String row) {
			return new Reader(fleet.unusedToken(),
					IntStream.range(0, REQUESTS)
						.mapToObj((request) -> IntStream.range(0, POSTS)
							.mapToObj((post) -> Post.of("only for " + row + ", number " + (POSTS * request + post)
									+ ((post % 2 == 0) ? ", buy cheap " + Followers.BLOCKED : "")))
							.toList())
						.toList());
		}

		/** Reads everything until all of it was judged. */
		void read(Fleet fleet) throws IOException {
			long end = System.nanoTime() + LIMIT.toNanos();
			for (List<Post> posts : this.requests) {
				JsonResponse answer = ask(fleet, posts);
				while (answer.status() != 200 || answer.verdicts().stream().anyMatch(PostResult::failedOpen)) {
					if (System.nanoTime() > end) {
						throw new IOException("not judged: " + answer.status() + " " + answer.body());
					}
					LockSupport.parkNanos(AGAIN.toNanos());
					answer = ask(fleet, posts);
				}
			}
		}

		/** What is not known any more, or is known wrongly. */
		String problem(Fleet fleet) throws IOException {
			for (List<Post> posts : this.requests) {
				JsonResponse answer = ask(fleet, posts);
				List<PostResult> verdicts = answer.verdicts();
				if (answer.status() != 200 || verdicts.size() != posts.size()) {
					return "posts that were judged got " + answer.status() + " " + answer.body();
				}
				for (int i = 0; i < posts.size(); i++) {
					PostResult verdict = verdicts.get(i);
					if (!verdict.cached() || verdict.stale()
							|| !verdict.label().equals(Followers.label(posts.get(i).content()))) {
						return "not from the durable store: " + verdict;
					}
				}
			}
			return "";
		}

		private JsonResponse ask(Fleet fleet, List<Post> posts) throws IOException {
			List<Extension> gateways = fleet.gateways();
			return gateways.get(this.requests.indexOf(posts) % gateways.size())
				.from(ADDRESS)
				.classify(this.token, null, posts);
		}

	}

}
