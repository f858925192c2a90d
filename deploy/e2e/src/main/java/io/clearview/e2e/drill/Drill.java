package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;

/** Breaks one part after the other under light load, and tells what users saw. */
final class Drill {

	/** All is well when it was for so long. */
	private static final Duration CALM = Duration.ofSeconds(1);

	/** Users who are asked whether they are told what redis-state says. */
	private static final int ASKED = 5;

	private final Pace pace;

	private final Fleet fleet;

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
			awaitCalm(traffic, System.nanoTime());
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
		scene.preparing().on(this.fleet);
		this.fleet.model().takeCalls();
		long broken = System.nanoTime();
		scene.breaking().on(this.fleet);
		Duration hold = (scene.hold().compareTo(this.pace.broken()) > 0) ? scene.hold() : this.pace.broken();
		LockSupport.parkNanos(hold.toNanos());
		String closer = scene.check().on(this.fleet);
		if (!closer.isEmpty()) {
			problems.add(closer);
		}
		int modelCalls = this.fleet.model().takeCalls().size();
		long mended = System.nanoTime();
		scene.mending().on(this.fleet);
		boolean calm = awaitCalm(traffic, mended);
		traffic.hold();
		if (!calm) {
			problems.add("not all was well " + this.pace.recovery().toSeconds() + " s after it was mended");
		}
		Sight during = new Sight(traffic.concerned(broken, mended));
		Sight recovery = new Sight(traffic.between(mended, System.nanoTime()));
		problems.addAll(Judge.problems(scene.promise(), broken, during, recovery));
		Ledger.Balance quota = this.fleet.ledger().balance(this.fleet.users(), scene.uncounted());
		if (quota.off() != 0) {
			problems.add("accounts are off by " + quota.off() + " posts");
		}
		problems.addAll(strangeQuotas());
		traffic.forget();
		traffic.resume();
		return Finding.of(scene, during, recovery, mended, quota, modelCalls, problems);
	}

	/** Waits until every request has been served in full for a while. */
	private boolean awaitCalm(Traffic traffic, long since) {
		long limit = System.nanoTime() + this.pace.recovery().toNanos();
		long start = since;
		while (System.nanoTime() < limit) {
			LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
			for (Observation observation : traffic.between(start, System.nanoTime())) {
				if (!observation.whole()) {
					start = Math.max(start, observation.atNanos() + 1);
				}
			}
			// what was sent a moment ago may not be answered yet
			boolean enough = traffic.between(start, System.nanoTime()).size() > this.pace.perSecond() / 2;
			if (enough && System.nanoTime() - start > CALM.toNanos()) {
				return true;
			}
		}
		return false;
	}

	/** Whether tokens are good everywhere, and users are told what redis-state says. */
	private List<String> strangeQuotas() throws IOException {
		List<String> problems = new ArrayList<>();
		for (Extension gateway : this.fleet.gateways()) {
			for (User user : this.fleet.users().subList(0, ASKED)) {
				JsonResponse answer = user.quota(gateway);
				int used = answer.body().at("/quota/daily/used").asInt(-1);
				if (used != user.settled()) {
					problems.add("redis-state says " + user.settled() + " posts are used, the user was told "
							+ answer.status() + " " + answer.body());
				}
			}
		}
		return problems;
	}

}
