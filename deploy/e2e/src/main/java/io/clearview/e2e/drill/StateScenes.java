package io.clearview.e2e.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.drill.Scene.Promise;
import io.clearview.local.ManagedProcess;

/** The rows in which redis-state is there, but not as it should be. */
final class StateScenes {

	/** A silent connection is noticed and replaced within it. */
	static final Duration WELL_AGAIN = Duration.ofSeconds(5);

	/** Margins of the pace beyond {@link #WELL_AGAIN}: 1 s, in the short form 10 s. */
	private static final int GRACE = 10;

	private static final String REDIS = "redis-state";

	private static final String STATE_UP = "clearview_redis_up{role=\"state\"} ";

	private static final String MEMORY = "1gb";

	private StateScenes() {
	}

	/** Existing connections carry nothing any more; the same address works again. */
	static Scene vanished() {
		AtomicReference<String> problem = new AtomicReference<>("");
		return Scene.of("state-vanished", REDIS, "connections silent, same address", Promise.nothing(),
				(fleet) -> problem
					.set((fleet.stateWire().silence() > 0) ? "" : "nobody was connected: was it broken at all?"),
				(_) -> {
				})
			.holding(WELL_AGAIN)
			.checking((fleet) -> problem.get() + connected(fleet));
	}

	/** The same, and a promoted replica has taken over; afterwards all goes back. */
	static Scene replaced() {
		Deque<RedisConsole> spare = new ConcurrentLinkedDeque<>();
		return Scene.of("state-replaced", REDIS, "connections silent, a replica elsewhere promoted", Promise.nothing(),
				(fleet) -> {
					try (RedisConsole state = new RedisConsole(fleet.redisState().port())) {
						RedisConsole replica = new RedisConsole(fleet.startSpareRedis().port());
						spare.add(replica);
						replica.replicate(state.port());
						replica.awaitInSync(state);
						failOver(fleet, state, replica);
					}
				}, (fleet) -> {
					try (RedisConsole state = new RedisConsole(fleet.redisState().port());
							RedisConsole replica = spare.remove()) {
						state.replicate(replica.port());
						state.awaitInSync(replica);
						failOver(fleet, replica, state);
					}
				})
			.holding(WELL_AGAIN)
			.checking(StateScenes::connected);
	}

	static void failOver(Fleet fleet, RedisConsole from, RedisConsole to) throws IOException {
		fleet.stateWire().swallow();
		to.awaitInSync(from);
		to.promote();
		fleet.stateWire().leadTo(to.port());
		fleet.stateWire().silence();
		fleet.stateWire().mend();
	}

	/** No message arrives any more; a revocation must hold all the same. */
	static Scene silentSubscriptions() {
		AtomicReference<String> token = new AtomicReference<>("");
		return Scene.of("pubsub-silent", REDIS, "subscriptions silent", Promise.nothing(), (fleet) -> {
			Extension gateway = fleet.gateways().getFirst().from("198.51.100.4");
			JsonResponse account = gateway.authenticate();
			token.set(account.at("/token"));
			for (Extension each : fleet.gateways()) {
				each.from("198.51.100.4").quota(Objects.requireNonNull(token.get()));
			}
			if (fleet.stateWire().silenceSubscriptions() < fleet.gateways().size()) {
				throw new IOException("not every gateway has a subscription");
			}
			fleet.insistOn("revoke", account.at("/userId"));
		}, (_) -> {
		}).holding(WELL_AGAIN).checking((fleet) -> {
			for (Extension gateway : fleet.gateways()) {
				JsonResponse answer = gateway.from("198.51.100.4").quota(Objects.requireNonNull(token.get()));
				if (answer.status() != 401) {
					return "a token revoked more than " + WELL_AGAIN.toSeconds() + " s ago got " + answer.status();
				}
			}
			return "";
		});
	}

	/** Its memory is used up, and it forgets nothing. */
	static Scene full() {
		return Scene
			.of("state-full", REDIS, "full (1 MB, noeviction)", Promise.nothing(),
					(fleet) -> onConsole(fleet, (console) -> console.maxMemory("1mb")),
					(fleet) -> onConsole(fleet, (console) -> console.maxMemory(MEMORY)))
			.checking((fleet) -> unavailable(fleet) + Scenes.tokensProveThemselves(fleet));
	}

	/** It has become a replica of nobody, and refuses writes. */
	static Scene readOnly() {
		return Scene
			.of("state-readonly", REDIS, "a replica, refuses writes", Promise.nothing(),
					(fleet) -> onConsole(fleet, (console) -> console.replicate(1)),
					(fleet) -> onConsole(fleet, RedisConsole::promote))
			.checking((fleet) -> unavailable(fleet) + Scenes.tokensProveThemselves(fleet));
	}

	/** It has lost what it had. */
	static Scene cacheLost() {
		return Scene.of("cache-lost", "redis-cache", "loses all data", Promise.nothing(), (fleet) -> {
			try (RedisConsole console = new RedisConsole(fleet.redisCache().port())) {
				console.empty();
			}
		}, (_) -> {
		});
	}

	private static void onConsole(Fleet fleet, Consumer<RedisConsole> command) {
		try (RedisConsole console = new RedisConsole(fleet.redisState().port())) {
			command.accept(console);
		}
	}

	/**
	 * Whether every service says that it works with redis-state, some seconds later at
	 * most: in the short form each call waits longer before it is given up.
	 */
	static String connected(Fleet fleet) throws IOException {
		long end = System.nanoTime() + fleet.pace().margin().multipliedBy(GRACE).toNanos();
		List<String> without = whoeverSays(fleet, STATE_UP + "0.0");
		while (!without.isEmpty() && System.nanoTime() < end) {
			LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
			without = whoeverSays(fleet, STATE_UP + "0.0");
		}
		return without.isEmpty() ? "" : without + " without redis-state";
	}

	/** Whether every gateway noticed, or nothing would be broken. */
	private static String unavailable(Fleet fleet) throws IOException {
		List<String> unaware = whoeverSays(fleet, STATE_UP + "1.0");
		return unaware.isEmpty() ? "" : unaware + " work with redis-state: was it broken at all? ";
	}

	private static List<String> whoeverSays(Fleet fleet, String line) throws IOException {
		ArrayList<String> names = new ArrayList<>();
		for (ManagedProcess process : Stream
			.concat(fleet.gatewayProcesses().stream(), fleet.stack().classifiers().stream())
			.toList()) {
			if (fleet.says(process, line)) {
				names.add(process.name());
			}
		}
		return names;
	}

}
