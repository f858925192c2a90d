package io.clearview.e2e.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.clearview.e2e.client.Extension;

/** Breaks one part after the other under light load, and tells what users saw. */
final class Drill {

	/** After this the extension asks again, whatever comes. */
	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** Requests in flight when a process is killed, at most; the load is light. */
	private static final int IN_FLIGHT = 5;

	private final Pace pace;

	private final Fleet fleet;

	private LocalDate day = LocalDate.now(ZoneOffset.UTC);

	Drill(Pace pace, Fleet fleet) {
		this.pace = pace;
		this.fleet = fleet;
	}

	/**
	 * Plays the scenes.
	 * @param onFinding told of each as soon as it is known
	 */
	List<Finding> run(List<Scene> scenes, Consumer<Finding> onFinding) throws IOException {
		List<Finding> findings = new ArrayList<>();
		try (Traffic traffic = this.fleet.traffic(20_261_123)) {
			traffic.start(this.pace.perSecond());
			awaitWhole(traffic, System.nanoTime());
			for (Scene scene : scenes) {
				Finding finding = play(scene, traffic);
				findings.add(finding);
				onFinding.accept(finding);
			}
		}
		return findings;
	}

	private Finding play(Scene scene, Traffic traffic) throws IOException {
		List<String> problems = new ArrayList<>();
		long broken = System.nanoTime();
		scene.breaking().on(this.fleet);
		Duration hold = (scene.least().compareTo(this.pace.broken()) > 0) ? scene.least() : this.pace.broken();
		LockSupport.parkNanos(hold.toNanos());
		String closer = scene.check().apply(this.fleet);
		if (!closer.isEmpty()) {
			problems.add(closer);
		}
		long mended = System.nanoTime();
		scene.mending().on(this.fleet);
		long whole = awaitWhole(traffic, mended);
		traffic.hold();
		Sight during = new Sight(traffic.between(broken, mended));
		Sight recovery = new Sight(traffic.between(mended, whole));
		judge(scene, during, recovery, problems);
		if (whole - mended > this.pace.recovery().toNanos()) {
			problems.add("was not whole again after " + this.pace.recovery().toSeconds() + " s");
		}
		int off = chargedOff();
		if (off != 0) {
			problems.add("accounts are off by " + off + " posts");
		}
		traffic.resume();
		return new Finding(scene, during, recovery, Duration.ofNanos(whole - mended), off, problems);
	}

	private void judge(Scene scene, Sight during, Sight recovery, List<String> problems) {
		Scene.Promise promise = scene.promise();
		for (Sight sight : List.of(during, recovery)) {
			if (sight.wrong() > 0) {
				problems.add(sight.wrong() + " wrong labels");
			}
			if (!sight.refused().isEmpty()) {
				problems.add("users were refused: " + sight.refused());
			}
			sight.failedOpen()
				.keySet()
				.stream()
				.filter((reason) -> !promise.reasons().contains(reason))
				.forEach((reason) -> problems.add("unexpected reason " + reason));
			if (sight.count((seen) -> seen.took().compareTo(PATIENCE) > 0) > 0 && !promise.away()) {
				problems.add("somebody waited for " + sight.quantile(1).toMillis() + " ms");
			}
		}
		long lost = during.lost() + recovery.lost();
		if (lost > (promise.inFlight() ? IN_FLIGHT : 0) && !promise.away()) {
			problems.add(lost + " requests without an answer");
		}
		if (promise.seen() && during.failedOpen().isEmpty()) {
			problems.add("nothing was seen of it: was it broken at all?");
		}
		if (promise.fresh() && during.count((seen) -> !seen.fresh() && !seen.whole()) > 0) {
			problems.add("posts that were judged before were not answered");
		}
	}

	/** Waits until nothing is amiss for a while. Returns since when. */
	private long awaitWhole(Traffic traffic, long since) {
		Duration calm = Duration.ofSeconds(1);
		long limit = since + this.pace.recovery().plusSeconds(5).toNanos();
		long start = since;
		while (System.nanoTime() < limit) {
			LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
			// what was sent a moment ago may not be answered yet, and counts when it is
			List<Observation> seen = traffic.between(start, System.nanoTime());
			for (Observation observation : seen) {
				if (!observation.whole()) {
					start = Math.max(start, observation.atNanos() + 1);
				}
			}
			boolean enough = traffic.between(start, System.nanoTime()).size() > this.pace.perSecond() / 2;
			if (enough && System.nanoTime() - start > calm.toNanos()) {
				return start;
			}
		}
		return System.nanoTime();
	}

	/**
	 * Compares every account with what its user saw; what is still being written back may
	 * take a moment.
	 */
	private int chargedOff() throws IOException {
		Extension gateway = this.fleet.gateways().getFirst();
		int off = 0;
		for (int attempt = 0; attempt < 20; attempt++) {
			off = 0;
			for (User user : this.fleet.users()) {
				off += Math.abs(user.deviation(user.used(gateway)));
			}
			if (off == 0) {
				return 0;
			}
			if (!this.day.equals(LocalDate.now(ZoneOffset.UTC))) {
				// counts began anew at midnight, and so do ours
				this.day = LocalDate.now(ZoneOffset.UTC);
				off = 0;
				break;
			}
			LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
		}
		for (User user : this.fleet.users()) {
			user.settle(user.used(gateway));
		}
		return off;
	}

	/** Where the drill keeps what it runs. */
	static Path directory(Path root) {
		return root.resolve("deploy/e2e/target/drill");
	}

}
