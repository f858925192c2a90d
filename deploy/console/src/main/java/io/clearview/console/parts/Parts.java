package io.clearview.console.parts;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.clearview.console.parts.Part.Action;
import io.clearview.console.parts.Part.Condition;
import io.clearview.local.Blueprint;
import io.clearview.local.RunDirectory;

/** All parts of the stack, each looked at twice a second. */
public final class Parts {

	private static final Duration EVERY = Duration.ofMillis(500);

	/** A service's readiness is asked for less often: it costs the service more. */
	private static final Duration PROBE_EVERY = Duration.ofSeconds(2);

	private final List<Part> parts;

	private final Clock clock;

	private final Map<String, PartState> states = new ConcurrentHashMap<>();

	/** Those of the blueprint in a console's directory. */
	public Parts(Path runDirectory, Path blueprint, Clock clock) {
		RunDirectory run = new RunDirectory(runDirectory);
		this.parts = Blueprint.read(blueprint).stream().map((launch) -> new Part(run, launch)).toList();
		this.clock = clock;
	}

	/** In the order of starting. */
	public List<Part> all() {
		return this.parts;
	}

	/** The part of this name. */
	public Optional<Part> find(String name) {
		return this.parts.stream().filter((part) -> part.name().equals(name)).findFirst();
	}

	/** As last seen, in the order of starting. */
	public List<PartState> states() {
		return this.parts.stream()
			.map((part) -> this.states.getOrDefault(part.name(),
					new PartState(part.name(), Condition.RUNNING, false, this.clock.millis())))
			.toList();
	}

	/** Does it, and looks at once what became of it. */
	public void act(Part part, Action action) {
		part.act(action);
		see(part, part.condition(), false);
	}

	/** Begins to look, until this JVM ends. */
	public void watch() {
		for (Part part : this.parts) {
			Thread.ofVirtual().name("watch " + part.name()).start(() -> watch(part));
		}
	}

	private void watch(Part part) {
		boolean answers = false;
		long probed = 0;
		while (!Thread.currentThread().isInterrupted()) {
			Condition condition = part.condition();
			long now = System.nanoTime();
			if (condition != Condition.RUNNING) {
				answers = false;
				probed = 0;
			}
			else if (!answers || part.isRedis() || now - probed > PROBE_EVERY.toNanos()) {
				answers = part.answers();
				probed = now;
				condition = part.condition();
			}
			see(part, condition, answers && condition == Condition.RUNNING);
			try {
				Thread.sleep(EVERY);
			}
			catch (InterruptedException _) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void see(Part part, Condition condition, boolean answers) {
		this.states.compute(part.name(),
				(name, before) -> (before != null && before.condition() == condition && before.answers() == answers)
						? before : new PartState(name, condition, answers, this.clock.millis()));
	}

}
