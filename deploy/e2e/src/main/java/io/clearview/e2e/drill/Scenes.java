package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.clearview.e2e.client.Answer;
import io.clearview.e2e.drill.Scene.Promise;
import io.clearview.e2e.model.ScriptedModel.Behaviour;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;

/** The degradation table, row by row. */
final class Scenes {

	/** Longer than anybody waits for a classifier that says nothing. */
	private static final Duration BEYOND_DEADLINES = Duration.ofSeconds(10);

	private static final String[] MODEL_REASONS = { "MODEL_TIMEOUT", "MODEL_UNAVAILABLE", "MODEL_BUDGET",
			"MODEL_INVALID_ANSWER" };

	private Scenes() {
	}

	static List<Scene> all() {
		return List.of(model("says nothing", Behaviour.SILENT).atLeast(BEYOND_DEADLINES),
				model("answers 500", Behaviour.ERROR), model("answers 429", Behaviour.LIMIT),
				model("answers no JSON", Behaviour.GARBAGE),
				Scene.of("model", "forgets every second post", Promise.NOTHING,
						(fleet) -> fleet.model().behave(Behaviour.HALF),
						(fleet) -> fleet.model().behave(Behaviour.SOUND)),
				stopped("redis-cache", Fleet::redisCache), hung("redis-cache", Fleet::redisCache),
				stopped("redis-state", Fleet::redisState).checking(Scenes::strangersAreTurnedAway),
				hung("redis-state", Fleet::redisState).checking(Scenes::strangersAreTurnedAway),
				Scene.of("classifier, all", "stopped", Promise.allShown("CLASSIFIER_UNAVAILABLE"),
						(fleet) -> fleet.stack().classifiers().forEach(ManagedProcess::stop),
						(fleet) -> restart(fleet.stack().classifiers())),
				Scene
					.of("classifier, all", "hung", Promise.allShown("CLASSIFIER_UNAVAILABLE"),
							(fleet) -> fleet.stack().classifiers().forEach(ManagedProcess::pause),
							(fleet) -> fleet.stack().classifiers().forEach(ManagedProcess::resume))
					.atLeast(BEYOND_DEADLINES),
				Scene.of("classifier, one of two", "killed", Promise.IN_FLIGHT,
						(fleet) -> fleet.stack().classifiers().getFirst().kill(),
						(fleet) -> restart(fleet.stack().classifiers())),
				Scene
					.of("classifier, one of two", "behind a black hole", Promise.IN_FLIGHT,
							(fleet) -> fleet.wire().swallow(), (fleet) -> fleet.wire().mend())
					.atLeast(BEYOND_DEADLINES.plusSeconds(5)),
				Scene.of("gateway, one of two", "killed", Promise.IN_FLIGHT,
						(fleet) -> fleet.stack().gateways().getLast().kill(),
						(fleet) -> restart(fleet.stack().gateways())),
				Scene.of("everything", "restarted", Promise.AWAY,
						(fleet) -> fleet.stack().processes().reversed().forEach(ManagedProcess::stop),
						(fleet) -> restart(fleet.stack().processes())));
	}

	private static Scene model(String how, Behaviour behaviour) {
		return Scene.of("model", how, Promise.freshShown(MODEL_REASONS), (fleet) -> fleet.model().behave(behaviour),
				(fleet) -> fleet.model().behave(Behaviour.SOUND));
	}

	private static Scene stopped(String name, java.util.function.Function<Fleet, ManagedProcess> part) {
		return Scene.of(name, "stopped", Promise.NOTHING, (fleet) -> part.apply(fleet).stop(),
				(fleet) -> restart(List.of(part.apply(fleet))));
	}

	private static Scene hung(String name, java.util.function.Function<Fleet, ManagedProcess> part) {
		return Scene.of(name, "hung", Promise.NOTHING, (fleet) -> part.apply(fleet).pause(),
				(fleet) -> part.apply(fleet).resume());
	}

	private static void restart(List<ManagedProcess> processes) {
		processes.forEach(ManagedProcess::start);
		processes.forEach((process) -> process.awaitReady(LocalStack.READY));
	}

	/** A token that was never seen cannot be checked, and says so instead of guessing. */
	private static String strangersAreTurnedAway(Fleet fleet) {
		String unseen = "Bearer " + "0123456789abcdef".repeat(4);
		try {
			Answer answer = fleet.gateways().getFirst().from("198.19.0.1").quota(unseen);
			boolean asPromised = answer.status() == 503 && Objects.equals(answer.at("/error"), "AUTH_UNAVAILABLE");
			return asPromised ? "" : "an unseen token got " + answer.status() + " " + answer.at("/error");
		}
		catch (IOException ex) {
			return "an unseen token got no answer: " + ex.getMessage();
		}
	}

}
