package io.clearview.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.RunDirectory;
import io.clearview.migration.NewSystem.Release;
import io.clearview.migration.OldAccount.Limits;

/** The night of the migration, step by step, each with its roll-back. */
final class Rehearsal implements AutoCloseable {

	/** Posts in any 60 s, on both sides. */
	static final int BURST = 50;

	private static final Duration HEALTHY = Duration.ofSeconds(60);

	private final Judge judge = new Judge();

	private final List<Finding> findings = new ArrayList<>();

	private final List<String> notes = new ArrayList<>();

	private final List<String> problems = new ArrayList<>();

	private final Pace pace;

	private final Consumer<String> log;

	private final OldBackend oldBackend;

	private final NewSystem system;

	private final Front front;

	private final Extension users;

	private final Crowd crowd;

	private final Ledger ledger;

	private ManagedProcess gateway;

	/**
	 * Starts everything.
	 * @param root of the project
	 * @param run an empty directory for processes and logs
	 * @param apps where unpacked applications are kept
	 * @param log told of each finding
	 */
	Rehearsal(Path root, Path run, Path apps, Pace pace, Consumer<String> log) throws IOException {
		this.pace = pace;
		this.log = log;
		this.oldBackend = new OldBackend((post) -> Followers.label(post).equals("BLOCK"),
				new Limits(pace.daily(), BURST), Clock.systemUTC());
		this.system = new NewSystem(root, run, apps, pace);
		try {
			if (!pace.verdictModes()) {
				this.system.plan(Release.WINDOW_CLOSED);
			}
			this.system.start();
			this.gateway = this.system.release(Release.WINDOW_OPEN);
			this.front = new Front(root, new RunDirectory(run), this.gateway.port(), this.oldBackend.port());
			this.system.stack().accompany(this.front.process());
			this.front.start();
			this.users = new Extension(this.front.url());
			this.crowd = new Crowd(this.users, pace, this.oldBackend);
			this.ledger = new Ledger(this.crowd);
		}
		catch (IOException | RuntimeException ex) {
			this.system.close();
			this.oldBackend.close();
			throw ex;
		}
	}

	List<Finding> findings() {
		return List.copyOf(this.findings);
	}

	/** What was found besides the table. */
	List<String> notes() {
		return List.copyOf(this.notes);
	}

	/** What is not as it must be, besides the table. */
	List<String> problems() {
		return List.copyOf(this.problems);
	}

	/** The steps that matter most, a few seconds each. */
	void playShort() throws IOException {
		Person sleeper = this.crowd.sleeper(this.oldBackend);
		play(Step.of("before", "old backend only").withoutCopies(), "--share 0 --mirror off --sign-ups old");
		play(Step.of("mirror", "`route --mirror on`").withoutCopies(), "--mirror on");
		share("10");
		rollBack("0");
		share("50");
		unhealthy("50");
		share("100");
		rollBack("50");
		play(Step.of("100 %, sign-ups", "`route --share 100 --sign-ups new`"), "--share 100 --sign-ups new");
		play(Step.of("roll-back", "`route --share 50 --sign-ups old`"), "--share 50 --sign-ups old");
		play(Step.of("100 %, sign-ups", "`route --share 100 --sign-ups new`"), "--share 100 --sign-ups new");
		release("window closed", this.system.release(Release.WINDOW_CLOSED));
		end(sleeper);
	}

	/** Every step, with its roll-back. */
	void playWhole() throws IOException {
		Person late = this.crowd.sleeper(this.oldBackend);
		Person never = this.crowd.sleeper(this.oldBackend);
		play(Step.of("before", "old backend only").withoutCopies(), "--share 0 --mirror off --sign-ups old");
		play(Step.of("mirror", "`route --mirror on`").withoutCopies(), "--mirror on");
		play(Step.of("roll-back", "`route --mirror off`").withoutCopies(), "--mirror off");
		play(Step.of("mirror", "`route --mirror on`").withoutCopies(), "--mirror on");
		campus();
		for (String[] step : new String[][] { { "1", "0" }, { "10", "1" }, { "50", "10" } }) {
			share(step[0]);
			rollBack(step[1]);
			share(step[0]);
		}
		unhealthy("50");
		withoutLabels("50");
		share("100");
		rollBack("50");
		share("100");
		ManagedProcess dual = this.gateway;
		ManagedProcess redis = this.system.release(Release.VERDICTS_IN_REDIS);
		release("verdicts `redis`", redis);
		release("roll-back: verdicts `dual`", dual);
		release("verdicts `redis`", redis);
		play(Step.of("sign-ups", "`route --sign-ups new`"), "--sign-ups new");
		play(Step.of("roll-back", "`route --share 50 --sign-ups old`"), "--share 50 --sign-ups old");
		play(Step.of("sign-ups", "`route --share 100 --sign-ups new`"), "--share 100 --sign-ups new");
		ManagedProcess closed = this.system.release(Release.WINDOW_CLOSED);
		release("window closed", closed);
		expect("window closed, the old backend still there: a user who comes for the first time", late, 200);
		play(Step.of("old backend restarts", "it has lost all tokens"), () -> this.oldBackend.restart());
		play(Step.of("roll-back", "`route --share 50`: to a backend that knows nobody"), "--share 50");
		share("100");
		expect("window closed, the old backend has lost its tokens: the same user", late, 401);
		release("roll-back: window opened", redis);
		expect("window opened again: the same user", late, 200);
		release("window closed", closed);
		expect("window closed again: the same user, adopted meanwhile", late, 200);
		end(never);
	}

	/** The old backend is switched off. */
	private void end(Person never) throws IOException {
		play(Step.of("end", "migration files taken out, old backend stopped"), () -> {
			this.front.endMigration(this.gateway.port());
			this.oldBackend.close();
		});
		expect("the old backend is off: a user who never came while the window was open", never, 401);
	}

	private void share(String share) throws IOException {
		play(Step.of(share + " %", "`route --share " + share + "`"), "--share " + share);
	}

	private void rollBack(String share) throws IOException {
		play(Step.of("roll-back to " + share + " %", "`route --share " + share + "`"), "--share " + share);
	}

	/** The gateways hang; the operator rolls back; they are mended. */
	private void unhealthy(String share) throws IOException {
		play(Step.of(share + " %, gateways hang", "frozen (SIGSTOP)").unreadable(), () -> this.gateway.pause());
		play(Step.of("roll-back to 0 %", "`route --share 0 --mirror off`, gateways still hang").unreadable(),
				"--share 0 --mirror off");
		this.gateway.resume();
		awaitHealthy();
		// what it had taken before it hung may be counted late
		this.ledger.balance(this.gateway.url(), false);
		play(Step.of("mended", "`route --mirror on`").withoutCopies(), "--mirror on");
		share(share);
	}

	/** The classifier is gone: the new system answers, and judges nothing. */
	private void withoutLabels(String share) throws IOException {
		ManagedProcess classifier = this.system.classifier();
		play(Step.of(share + " %, classifiers gone", "killed").mayBeUnjudgedAt(share), classifier::kill);
		play(Step.of("roll-back to 0 %", "`route --share 0 --mirror off`, classifiers still gone")
			.mayBeUnjudgedAt(share), "--share 0 --mirror off");
		this.system.stack().start(classifier);
		classifier.awaitReady(LocalStack.READY);
		awaitHealthy();
		this.ledger.balance(this.gateway.url(), false);
		play(Step.of("mended", "`route --mirror on`").withoutCopies(), "--mirror on");
		share(share);
	}

	/** More users behind one /24 than may sign up there, met in copies. */
	private void campus() throws IOException {
		Campus campus = new Campus(this.pace.campus(), this.oldBackend, this.crowd);
		Campus.Round first = campus.classify(this.users, this.system, this.gateway, 0);
		note("campus of " + this.pace.campus() + " users in one /24, mirrored, `clearview.sign-up` as it comes: "
				+ first);
		release("room for a campus", this.system.release(Release.ROOM_FOR_CAMPUS));
		Campus.Round second = campus.classify(this.users, this.system, this.gateway, first.adopted());
		note("the same with `clearview.sign-up.ipv4-network.at-once` and `.short-at` 20000: " + second);
		if (first.served() != this.pace.campus() || second.served() != this.pace.campus()
				|| first.adopted() + second.adopted() != this.pace.campus() || second.refused() != 0) {
			this.problems.add("the campus was not adopted as documented");
		}
	}

	private void release(String name, ManagedProcess next) throws IOException {
		play(Step.of(name, "next release of gateways" + (name.contains("verdicts") ? " and classifiers" : "")), () -> {
			this.gateway = next;
			this.front.release(next.port());
		});
	}

	private void play(Step step, String route) throws IOException {
		play(step, () -> this.front.route(route));
	}

	private void play(Step step, Crowd.Action action) throws IOException {
		int lostBefore = this.front.lostCopies();
		List<Reading> readings = this.crowd.during(action);
		Balance before = this.ledger.last();
		Balance after = step.readable() ? this.ledger.balance(this.gateway.url(), step.copied()) : before;
		Finding seen = new Finding(step, readings, after, step.readable(), this.front.lostCopies() - lostBefore,
				List.of());
		Finding finding = seen.with(this.judge.problems(seen, before, this.crowd.heavyUsers(), this.pace.daily()));
		this.findings.add(finding);
		this.log.accept(Table.line(finding));
	}

	private void expect(String what, Person person, int status) {
		Reading reading = person.classify(this.users, this.crowd.posts());
		note(what + ": " + reading.status() + " from the " + (reading.side().isNew() ? "new system" : "old backend"));
		if (reading.status() != status) {
			this.problems.add(what + ": expected " + status + ", got " + reading.status());
		}
	}

	private void note(String text) {
		this.notes.add(text);
		this.log.accept("     " + text);
	}

	private void awaitHealthy() throws IOException {
		long end = System.nanoTime() + HEALTHY.toNanos();
		try (Extension extension = new Extension(this.gateway.url())) {
			String status = "";
			while (!status.equals("healthy")) {
				if (System.nanoTime() > end) {
					throw new IOException(
							"the new system is not healthy after " + HEALTHY.toSeconds() + " s: " + status);
				}
				LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
				status = health(extension);
			}
		}
	}

	private static String health(Extension extension) {
		try {
			JsonResponse answer = extension.send(extension.request("/health").GET());
			return answer.at("/status");
		}
		catch (IOException _) {
			return "";
		}
	}

	@Override
	public void close() {
		this.crowd.close();
		this.users.close();
		this.system.close();
		this.front.close();
		this.oldBackend.close();
	}

}
