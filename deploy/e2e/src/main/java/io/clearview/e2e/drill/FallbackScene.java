package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.PostResult;
import io.clearview.e2e.drill.Scene.Promise;
import io.clearview.local.ManagedProcess;
import io.clearview.local.stub.Behaviour;

/**
 * The row in which the local model judges while the provider cannot. A classifier of its
 * own has {@code clearview.model.fallback=local}; users of the others see what they see
 * without it.
 */
final class FallbackScene {

	private static final String PREFERENCE = "Block spam";

	/** The local model is sure that it is spam. */
	private static final Post SPAM = Post
		.of("Congratulations! You have won free " + Followers.BLOCKED + ", claim your prize now, text WIN to 80800");

	/** The local model is sure that it is none. */
	private static final Post NEWS = Post.of("The senate votes on the new election law tonight");

	/** The local model is not sure. */
	private static final Post RECIPE = Post.of("My grandmother's recipe for apple cake with cinnamon");

	private static final List<Post> POSTS = List.of(SPAM, NEWS, RECIPE);

	private static final Duration AGAIN = Duration.ofMillis(200);

	private static final Duration REFUNDED = Duration.ofSeconds(10);

	private FallbackScene() {
	}

	static Scene of(Set<String> reasons) {
		Deque<ManagedProcess> classifier = new ConcurrentLinkedDeque<>();
		AtomicReference<String> token = new AtomicReference<>("");
		return Scene.of("model-fallback", "model", "answers 500; one more classifier has the local model as fallback",
				Promise.knownJudged(reasons).orBetter(), (fleet) -> fleet.model().behave(Behaviour.FAIL), (fleet) -> {
					fleet.model().behave(Behaviour.SOUND);
					fleet.stopClassifierWithFallback(classifier.remove());
				})
			.after((fleet) -> {
				classifier.add(fleet.startClassifierWithFallback());
				token.set(fleet.unusedToken());
			})
			.checking((fleet) -> {
				Client client = new Client(fleet.gatewayOfOneName().from("198.51.100.5"),
						Objects.requireNonNull(token.get()));
				String problem = client.problemWhileBroken(reasons);
				fleet.model().behave(Behaviour.SOUND);
				return problem.isEmpty() ? client.problemOnceMended(fleet.pace().recovery()) : problem;
			});
	}

	/** A user of the classifier with the fallback. */
	private record Client(Extension gateway, String token) {

		/**
		 * Whether labels of the local model are as its settings say, and cost nothing.
		 */
		String problemWhileBroken(Set<String> reasons) throws IOException {
			int used = used();
			JsonResponse answer = classify();
			if (answer.status() != 200 || answer.verdicts().size() != POSTS.size()) {
				return "with the fallback: " + answer.status() + " " + answer.body();
			}
			List<PostResult> verdicts = answer.verdicts();
			boolean asSaid = isFallback(verdicts.get(0), "BLOCK") && isFallback(verdicts.get(1), "ALLOW")
					&& verdicts.get(2).failedOpen()
					&& verdicts.stream().allMatch((verdict) -> reasons.contains(verdict.reason()))
					&& verdicts.stream().noneMatch(PostResult::cached);
			if (!asSaid) {
				return "not labels of the fallback: " + answer.body();
			}
			// what was reserved may be given back a moment after the response
			long end = System.nanoTime() + REFUNDED.toNanos();
			while (used() != used) {
				if (System.nanoTime() > end) {
					return "labels of the fallback were charged: " + (used() - used);
				}
				LockSupport.parkNanos(AGAIN.toNanos());
			}
			return "";
		}

		private static boolean isFallback(PostResult verdict, String label) {
			return verdict.fallback() && !verdict.failedOpen() && verdict.label().equals(label);
		}

		/** Whether the provider is asked for the same posts, and they are charged. */
		String problemOnceMended(Duration atMost) throws IOException {
			int used = used();
			long end = System.nanoTime() + atMost.toNanos();
			JsonResponse answer = classify();
			while (!isOfProvider(answer)) {
				if (System.nanoTime() > end) {
					return "the provider is well, and still: " + answer.status() + " " + answer.body();
				}
				LockSupport.parkNanos(AGAIN.toNanos());
				answer = classify();
			}
			List<String> labels = answer.verdicts().stream().map(PostResult::label).toList();
			if (!labels.equals(List.of("BLOCK", "ALLOW", "ALLOW"))) {
				return "the provider's labels are not those of the posts: " + answer.body();
			}
			return (used() - used >= POSTS.size()) ? "" : "labels of the provider were not charged: " + answer.body();
		}

		private static boolean isOfProvider(JsonResponse answer) {
			return answer.status() == 200 && answer.verdicts().size() == POSTS.size()
					&& answer.verdicts().stream().noneMatch((verdict) -> verdict.fallback() || verdict.failedOpen());
		}

		private JsonResponse classify() throws IOException {
			return this.gateway.classify(this.token, PREFERENCE, POSTS);
		}

		private int used() throws IOException {
			return this.gateway.quota(this.token).body().at("/quota/daily/used").asInt(-1);
		}

	}

}
