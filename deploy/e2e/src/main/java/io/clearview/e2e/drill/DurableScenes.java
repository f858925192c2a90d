package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.drill.Scene.Promise;
import io.clearview.e2e.drill.Scene.Step;
import io.clearview.local.Programs;

/** The rows of a fleet that has a durable store, in which that or a Redis is lost. */
final class DurableScenes {

	/** How often services write to the durable store. */
	static final Duration INTERVAL = Duration.ofSeconds(2);

	/** No row lasts so long: a verdict is never judged again because of its age. */
	static final Duration SOFT_AGE = Duration.ofHours(1);

	/** A user of the drill sends so many posts within two intervals, at most. */
	private static final int POSTS_OF_AN_INTERVAL = 10;

	private static final String ADDRESS = "198.51.100.6";

	private static final String STATE = "redis-state";

	private static final String FIRESTORE = "Firestore";

	private static final Duration SLOW = Duration.ofSeconds(2);

	private static final Duration WRITTEN = Duration.ofSeconds(60);

	private static final Duration AGAIN = Duration.ofMillis(500);

	private DurableScenes() {
	}

	static List<Scene> all() {
		Step refuse = (fleet) -> fleet.firestoreWire().refuse();
		Step listen = (fleet) -> fleet.firestoreWire().listen();
		List<Scene> accounts = List.of(lost(), lostElsewhere(),
				outage("firestore-down", "refuses connections", refuse, listen),
				outage("firestore-hung", "hung", (fleet) -> fleet.firestoreWire().swallow(),
						(fleet) -> fleet.firestoreWire().mend()),
				outage("firestore-slow", "takes 2 s longer", (fleet) -> fleet.firestoreWire().delay(SLOW),
						(fleet) -> fleet.firestoreWire().delay(Duration.ZERO)),
				Scene.of("firestore-state", FIRESTORE + " and " + STATE, "both stopped", Promise.nothing(), (fleet) -> {
					refuse.on(fleet);
					fleet.redisState().stop();
				}, (fleet) -> {
					Scenes.restart(List.of(fleet.redisState()));
					listen.on(fleet);
				}).checking(Scenes::tokensProveThemselves));
		return Stream.concat(VerdictScenes.all().stream(), accounts.stream()).toList();
	}

	/** Whether an emulator of the store can run here. */
	static boolean canRun() {
		return Stream.of("node", "npm").map(Programs::find).allMatch(Optional::isPresent);
	}

	/** It comes back at the same address without any data. */
	private static Scene lost() {
		AtomicReference<Accounts> accounts = new AtomicReference<>();
		return Scene.of("state-lost", STATE, "comes back empty, same address", Promise.nothing(), (fleet) -> {
			try (RedisConsole state = new RedisConsole(fleet.redisState().port())) {
				state.empty();
			}
			fleet.redisState().kill();
			Scenes.restart(List.of(fleet.redisState()));
		}, (_) -> {
		})
			.after((fleet) -> accounts.set(Accounts.of(fleet)))
			.checking((fleet) -> Objects.requireNonNull(accounts.get()).problem(fleet))
			.uncounted(POSTS_OF_AN_INTERVAL);
	}

	/** An empty one is at its address; afterwards all goes back. */
	private static Scene lostElsewhere() {
		AtomicReference<Accounts> accounts = new AtomicReference<>();
		Deque<RedisConsole> other = new ConcurrentLinkedDeque<>();
		return Scene
			.of("state-lost-elsewhere", STATE, "an empty one elsewhere in its place", Promise.nothing(), (fleet) -> {
				RedisConsole empty = new RedisConsole(fleet.startSpareRedis().port());
				other.add(empty);
				fleet.stateWire().leadTo(empty.port());
				fleet.stateWire().reset();
			}, (fleet) -> {
				try (RedisConsole state = new RedisConsole(fleet.redisState().port());
						RedisConsole empty = other.remove()) {
					state.replicate(empty.port());
					state.awaitInSync(empty);
					StateScenes.failOver(fleet, empty, state);
				}
				// until the silence is noticed, every service says that it is connected
				LockSupport.parkNanos(StateScenes.WELL_AGAIN.toNanos());
				String problem = StateScenes.connected(fleet);
				if (!problem.isEmpty()) {
					throw new IOException(problem);
				}
			})
			.after((fleet) -> accounts.set(Accounts.of(fleet)))
			.checking((fleet) -> Objects.requireNonNull(accounts.get()).problem(fleet))
			.uncounted(POSTS_OF_AN_INTERVAL);
	}

	/** What an operator changes meanwhile holds, and is in the store afterwards. */
	private static Scene outage(String id, String how, Step breaking, Step mending) {
		AtomicReference<Accounts> accounts = new AtomicReference<>();
		return Scene.of(id, FIRESTORE, how, Promise.nothing(), breaking, mending)
			.after((fleet) -> accounts.set(Accounts.of(fleet)))
			.checking((fleet) -> {
				Accounts known = Objects.requireNonNull(accounts.get());
				fleet.insistOn("tier", known.paying.id, "enterprise");
				String problem = Scenes.tokensProveThemselves(fleet) + known.paying.problem(fleet, "enterprise");
				mending.on(fleet);
				return problem + awaitNoDifference(fleet);
			});
	}

	/** The store and redis-state have the same accounts some intervals later. */
	private static String awaitNoDifference(Fleet fleet) throws IOException {
		return fleet.operateUntilDone(WRITTEN, "durable", "verify");
	}

	/**
	 * An account.
	 *
	 * @param id its ID
	 * @param token with its {@code Bearer}
	 */
	private record Known(String id, String token) {

		/** Opens an account, which takes until the gateway uses redis-state. */
		static Known of(Fleet fleet) throws IOException {
			JsonResponse account = fleet.unusedAccount();
			Known known = new Known(account.at("/userId"), account.at("/token"));
			Extension gateway = fleet.gateways().getFirst().from(ADDRESS);
			long end = System.nanoTime() + WRITTEN.toNanos();
			JsonResponse quota = gateway.quota(known.token);
			while (quota.status() != 200 || !fleet.operate("account", known.id).isEmpty()) {
				if (System.nanoTime() > end) {
					throw new IOException("a token that was never used got " + quota.status() + " and no account");
				}
				LockSupport.parkNanos(AGAIN.toNanos());
				quota = gateway.quota(known.token);
			}
			return known;
		}

		/** Whether every gateway says that this is the tier. */
		String problem(Fleet fleet, String tier) throws IOException {
			for (Extension gateway : fleet.gateways()) {
				JsonResponse quota = gateway.from(ADDRESS).quota(this.token);
				if (quota.status() != 200 || !quota.at("/quota/tier").equals(tier)) {
					return "an account of tier " + tier + " got " + quota.status() + " " + quota.body() + " ";
				}
			}
			return "";
		}

	}

	/**
	 * Accounts that an operator changed.
	 *
	 * @param paying one with a tier
	 * @param revoked one whose token was revoked
	 */
	private record Accounts(Known paying, Known revoked) {

		static Accounts of(Fleet fleet) throws IOException {
			Accounts accounts = new Accounts(Known.of(fleet), Known.of(fleet));
			fleet.insistOn("tier", accounts.paying.id, "pro");
			fleet.insistOn("revoke", accounts.revoked.id);
			return accounts;
		}

		/** What is not as it was before redis-state lost everything. */
		String problem(Fleet fleet) throws IOException {
			String problem = Scenes.tokensProveThemselves(fleet) + this.paying.problem(fleet, "pro");
			for (Extension gateway : fleet.gateways()) {
				JsonResponse answer = gateway.from(ADDRESS).quota(this.revoked.token);
				if (answer.status() != 401) {
					problem += "a revoked token got " + answer.status() + " ";
				}
				// counts are read back when their user asks
				for (User user : fleet.users()) {
					JsonResponse quota = user.quota(gateway);
					problem += (quota.status() == 200) ? "" : "a user got " + quota.status() + " ";
				}
			}
			// redis-state has only what was asked for since
			fleet.insistOn("durable", "import");
			return problem + awaitNoDifference(fleet);
		}

	}

}
