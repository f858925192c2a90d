package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.PostResult;
import io.clearview.e2e.drill.Scene.Promise;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.stub.Behaviour;

/** The degradation table, row by row. */
final class Scenes {

	/** Longer than anybody waits for a model or a classifier that says nothing. */
	private static final Duration BEYOND_DEADLINES = Duration.ofSeconds(10);

	/** Two probes of an instance without an answer, one after the other. */
	private static final Duration NOTICED = Duration.ofSeconds(8);

	/**
	 * What was under way when a process was killed was sent this long before, at most.
	 */
	private static final Duration AT_ONCE = Duration.ofSeconds(1);

	private static final Duration BREAKER = Duration.ofSeconds(30);

	private static final Duration REFUSED = Duration.ofMillis(300);

	private static final Duration ONE_SECOND = Duration.ofSeconds(1);

	/** Of requests that ask to be answered within it. */
	private static final Duration DEADLINE = Duration.ofMillis(500);

	private static final int DEADLINES_ASKED = 10;

	private static final Set<String> MODEL = Set.of("MODEL_TIMEOUT", "MODEL_UNAVAILABLE", "MODEL_BUDGET",
			"MODEL_INVALID_ANSWER", "MODEL_DECLINED");

	private static final Set<String> CLASSIFIER = Set.of("CLASSIFIER_UNAVAILABLE");

	private Scenes() {
	}

	/**
	 * The rows of a fleet without a durable store; {@link DurableScenes} has the others.
	 */
	static List<Scene> all() {
		return List.of(model("model-silent", "accepts and says nothing", Behaviour.SILENT).holding(BEYOND_DEADLINES),
				model("model-500", "answers 500", Behaviour.FAIL),
				// with time left, batches wait until the key may be used again
				model("model-429", "answers 429", Behaviour.REFUSE, Promise.knownJudged(MODEL).orBetter()),
				model("model-garbage", "answers no JSON", Behaviour.GARBAGE),
				model("model-half", "forgets every second post", Behaviour.HALF, Promise.knownJudged(MODEL).orBetter()),
				model("model-breaker", "breaker open", Behaviour.FAIL).onceBroken(Scenes::awaitBreaker),
				FallbackScene.of(MODEL), stopped("cache-stopped", "redis-cache", Fleet::redisCache),
				hung("cache-hung", "redis-cache", Fleet::redisCache), StateScenes.cacheLost(),
				stopped("state-stopped", "redis-state", Fleet::redisState).checking(Scenes::tokensProveThemselves),
				killed("state-killed", "redis-state", Promise.nothing(), Fleet::redisState),
				hung("state-hung", "redis-state", Fleet::redisState).checking(Scenes::tokensProveThemselves),
				StateScenes.vanished(), StateScenes.replaced(), StateScenes.silentSubscriptions(), StateScenes.full(),
				StateScenes.readOnly(),
				Scene.of("classifiers-stopped", "classifier, all", "stopped", Promise.allShown(CLASSIFIER),
						(fleet) -> stop(fleet.stack().classifiers()), (fleet) -> restart(fleet.stack().classifiers())),
				Scene.of("classifiers-killed", "classifier, all", "killed", Promise.allShown(CLASSIFIER),
						(fleet) -> fleet.stack().classifiers().forEach(ManagedProcess::kill),
						(fleet) -> restart(fleet.stack().classifiers())),
				Scene
					.of("classifiers-hung", "classifier, all", "hung", Promise.allShown(CLASSIFIER),
							(fleet) -> fleet.stack().classifiers().forEach(ManagedProcess::pause),
							(fleet) -> fleet.stack().classifiers().forEach(ManagedProcess::resume))
					.holding(BEYOND_DEADLINES),
				killed("classifier-killed", "classifier, one of two", Promise.inFlightOnly(CLASSIFIER, AT_ONCE),
						(fleet) -> fleet.stack().classifiers().getFirst()),
				Scene
					.of("classifier-hung", "classifier, one of two", "hung", Promise.inFlightOnly(CLASSIFIER, NOTICED),
							(fleet) -> fleet.stack().classifiers().getFirst().pause(),
							(fleet) -> fleet.stack().classifiers().getFirst().resume())
					.holding(BEYOND_DEADLINES),
				Scene.of("classifier-unreachable", "classifier, one of two", "behind a black hole",
						Promise.inFlightOnly(CLASSIFIER, NOTICED), (fleet) -> fleet.wire().swallow(),
						(fleet) -> fleet.wire().mend())
					.holding(BEYOND_DEADLINES),
				refusedBehindOneName(), deadlineWithHungClassifiers(),
				killed("gateway-killed", "gateway, one of two", Promise.inFlightOnly(Set.of(), AT_ONCE),
						(fleet) -> fleet.gatewayProcesses().getLast()),
				Scene.of("rolling", "gateways and classifiers", "replaced in turn (SIGTERM)", Promise.nothing(),
						Scenes::replaceInTurn, (_) -> {
						}),
				Scene
					.of("collector-stopped", "trace collector", "stopped", Promise.nothing(),
							(fleet) -> fleet.collector().stop(), (fleet) -> fleet.collector().start())
					.checking(Scenes::tracesWereTaken),
				Scene
					.of("collector-hung", "trace collector", "hung", Promise.nothing(),
							(fleet) -> fleet.collector().hang(), (fleet) -> fleet.collector().wake())
					.checking(Scenes::tracesWereTaken),
				Scene.of("restart", "everything", "stopped and started", Promise.away(CLASSIFIER), (fleet) -> {
					stop(fleet.gatewayProcesses());
					stop(fleet.stack().classifiers());
					stop(List.of(fleet.redisState(), fleet.redisCache()));
				}, (fleet) -> {
					restart(List.of(fleet.redisState(), fleet.redisCache()));
					restart(fleet.stack().classifiers());
					restart(fleet.gatewayProcesses());
				}));
	}

	private static Scene model(String id, String how, Behaviour behaviour) {
		return model(id, how, behaviour, Promise.knownJudged(MODEL));
	}

	private static Scene model(String id, String how, Behaviour behaviour, Promise promise) {
		return Scene.of(id, "model", how, promise, (fleet) -> fleet.model().behave(behaviour),
				(fleet) -> fleet.model().behave(Behaviour.SOUND));
	}

	private static Scene stopped(String id, String name, Function<Fleet, ManagedProcess> part) {
		return Scene.of(id, name, "stopped", Promise.nothing(), (fleet) -> part.apply(fleet).stop(),
				(fleet) -> restart(List.of(part.apply(fleet))));
	}

	private static Scene killed(String id, String name, Promise promise, Function<Fleet, ManagedProcess> part) {
		return Scene.of(id, name, "killed", promise, (fleet) -> part.apply(fleet).kill(),
				(fleet) -> restart(List.of(part.apply(fleet))));
	}

	private static Scene hung(String id, String name, Function<Fleet, ManagedProcess> part) {
		return Scene.of(id, name, "hung", Promise.nothing(), (fleet) -> part.apply(fleet).pause(),
				(fleet) -> part.apply(fleet).resume());
	}

	private static void stop(List<ManagedProcess> processes) {
		processes.forEach(ManagedProcess::requestStop);
		processes.forEach(ManagedProcess::stop);
	}

	static void restart(List<ManagedProcess> processes) {
		processes.forEach(ManagedProcess::start);
		processes.forEach((process) -> process.awaitReady(LocalStack.READY));
	}

	private static void awaitBreaker(Fleet fleet) throws IOException {
		long end = System.nanoTime() + BREAKER.toNanos();
		for (ManagedProcess classifier : fleet.stack().classifiers()) {
			while (!fleet.says(classifier, "clearview_breaker_open{name=\"model\"} 1.0")) {
				if (System.nanoTime() > end) {
					throw new IOException("the breaker of " + classifier.name() + " did not open");
				}
				LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
			}
		}
	}

	/** The only classifier that a gateway knows refuses connections for a moment. */
	private static Scene refusedBehindOneName() {
		AtomicReference<String> problem = new AtomicReference<>("");
		return Scene.of("classifier-refused", "classifier, behind one name", "refuses connections for 0.3 s",
				Promise.nothing(), (fleet) -> problem.set(refuseForAMoment(fleet)), (_) -> {
				})
			.checking((_) -> Objects.requireNonNull(problem.get()));
	}

	private static String refuseForAMoment(Fleet fleet) throws IOException {
		Extension gateway = fleet.gatewayOfOneName().from("198.51.100.2");
		String token = fleet.unusedToken();
		List<Post> posts = Feed.known().getFirst();
		JsonResponse before = gateway.classify(token, null, posts);
		if (!isJudged(before)) {
			return "not judged before: " + before.status() + " " + before.body();
		}
		fleet.nameWire().refuse();
		long refused = System.nanoTime();
		int shown = 0;
		while (System.nanoTime() - refused < REFUSED.toNanos()) {
			shown += isJudged(gateway.classify(token, null, posts)) ? 0 : 1;
		}
		fleet.nameWire().listen();
		long accepted = System.nanoTime();
		while (!isJudged(gateway.classify(token, null, posts))) {
			Duration waited = Duration.ofNanos(System.nanoTime() - accepted);
			if (waited.compareTo(ONE_SECOND.plus(fleet.pace().margin())) > 0) {
				return "nothing judged " + waited.toMillis() + " ms after connections were accepted again";
			}
			LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
		}
		return (shown > 0) ? "" : "everything was judged: was it broken at all?";
	}

	private static boolean isJudged(JsonResponse answer) {
		return answer.status() == 200 && !answer.verdicts().isEmpty()
				&& answer.verdicts().stream().noneMatch(PostResult::failedOpen);
	}

	/** Requests with a deadline while every classifier is frozen. */
	private static Scene deadlineWithHungClassifiers() {
		AtomicReference<String> problem = new AtomicReference<>("");
		return Scene.of("deadline-hung", "classifier, all", "hung, and users have deadlines of 0.5 s",
				Promise.allShown(CLASSIFIER), (fleet) -> {
					fleet.stack().classifiers().forEach(ManagedProcess::pause);
					problem.set(askWithDeadlines(fleet));
				}, (fleet) -> fleet.stack().classifiers().forEach(ManagedProcess::resume))
			.holding(BEYOND_DEADLINES)
			.checking((_) -> Objects.requireNonNull(problem.get()));
	}

	private static String askWithDeadlines(Fleet fleet) throws IOException {
		String token = fleet.unusedToken();
		Duration limit = DEADLINE.plus(fleet.pace().margin());
		List<Duration> took = new ArrayList<>();
		for (int i = 0; i < DEADLINES_ASKED; i++) {
			Extension gateway = fleet.gateways().get(i % fleet.gateways().size()).from("198.51.100.3");
			JsonResponse answer = gateway.classifyWithin(token, DEADLINE, Feed.known().get(i));
			if (answer.status() != 200 || answer.verdicts().size() != Feed.known().get(i).size()) {
				return "a request with a deadline got " + answer.status() + " " + answer.body();
			}
			took.add(answer.took());
		}
		Duration median = took.stream().sorted().toList().get(DEADLINES_ASKED / 2);
		return (median.compareTo(limit) <= 0) ? "" : "half of the requests with a deadline of " + DEADLINE.toMillis()
				+ " ms took " + median.toMillis() + " ms and more";
	}

	/** As a rolling update does: one of each service at a time. */
	private static void replaceInTurn(Fleet fleet) throws IOException {
		List<ManagedProcess> gateways = fleet.gatewayProcesses();
		List<ManagedProcess> classifiers = fleet.stack().classifiers();
		for (int i = 0; i < gateways.size(); i++) {
			List<ManagedProcess> replaced = List.of(gateways.get(i), classifiers.get(i));
			boolean behindWire = classifiers.get(i) == classifiers.getLast();
			if (behindWire) {
				// a relay that accepted for a server that does not would be another fault
				fleet.wire().stopListening();
			}
			stop(replaced);
			restart(replaced);
			if (behindWire) {
				fleet.wire().listen();
			}
		}
	}

	/** One that was never used is served, and a forged one is not. */
	static String tokensProveThemselves(Fleet fleet) throws IOException {
		Extension gateway = fleet.gateways().getFirst().from("198.51.100.1");
		JsonResponse unused = gateway.quota(fleet.unusedToken());
		if (unused.status() != 200) {
			return "an unused token got " + unused.status() + " " + unused.at("/error");
		}
		JsonResponse forged = gateway.quota("Bearer " + "0123456789abcdef".repeat(4));
		return (forged.status() == 401) ? "" : "a forged token got " + forged.status() + " " + forged.at("/error");
	}

	/** Or nothing would be broken. */
	private static String tracesWereTaken(Fleet fleet) {
		return (fleet.collector().taken() > 0) ? "" : "no trace was ever exported";
	}

}
