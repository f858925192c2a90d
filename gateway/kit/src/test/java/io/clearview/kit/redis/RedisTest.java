package io.clearview.kit.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.clearview.kit.testing.Logged;
import io.clearview.kit.testing.TcpForwarder;
import io.clearview.kit.testing.TestRedis;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpResources;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

class RedisTest {

	@RegisterExtension
	static final TestRedis server = new TestRedis();

	@RegisterExtension
	static final TestRedis promoted = new TestRedis();

	private final Logged logged = new Logged(Redis.class.getPackageName());

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final AtomicInteger recoveries = new AtomicInteger();

	private Connected connected;

	private Redis redis;

	/** Without ever taking a slow machine for an outage. */
	@BeforeEach
	void connect() {
		connect(Duration.ofSeconds(10));
	}

	private void connect(Duration timeout) {
		this.connected = Connected.to(server, timeout, this.meters);
		this.redis = this.connected.redis();
		this.redis.guard().onRecovery(this.recoveries::incrementAndGet);
	}

	@AfterEach
	void disconnect() {
		this.logged.close();
		this.connected.close();
		server.resume();
	}

	@Test
	void answersCommandsAndScripts() {
		eventually("set", () -> succeeds(this.redis.run((commands) -> commands.set("colour", "green"))));
		assertThat(this.redis.run((commands) -> commands.get("colour")).block()).isEqualTo("green");
		assertThat(this.redis.run((commands) -> commands.get("nothing")).blockOptional()).isEmpty();
		String text = "return redis.call('get', KEYS[1]) .. ARGV[1]";
		LuaScript script = new LuaScript(text, Base16.digest(text.getBytes()), ScriptOutputType.VALUE);
		assertThat(this.redis.<String>run(script, List.of("colour"), "ish").block()).isEqualTo("greenish");
		server.ask("SCRIPT FLUSH");
		assertThat(this.redis.<String>run(script, List.of("colour"), "er").block()).isEqualTo("greener");
	}

	@Test
	void stopsAskingAHungRedisAndResumesByItself() {
		this.connected.close();
		this.meters.clear();
		connect(Duration.ofMillis(300));
		server.hang();
		for (int i = 0; i < 5; i++) {
			assertThat(fault(ping())).isInstanceOf(TimeoutException.class);
		}
		assertThat(this.redis.guard().isUp()).isFalse();
		for (int i = 0; i < 50; i++) {
			assertThat(fault(ping())).isInstanceOf(CallNotPermittedException.class);
		}
		assertThat(calls("timeout")).isEqualTo(5);
		assertThat(calls("refused")).isEqualTo(50);
		assertThat(this.meters.get(RedisMetrics.UP).tag("role", "cache").gauge().value()).isZero();
		assertThat(this.recoveries).hasValue(0);

		server.resume();
		eventually("recovery", () -> this.recoveries.get() == 1);
		assertThat(this.redis.guard().isUp()).isTrue();
		eventually("pong", () -> succeeds(ping()));
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("redis-cache is unavailable"))
			.hasSize(1);
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("redis-cache is available again"))
			.hasSize(1);
	}

	@Test
	void refusesAtOnceWhileRedisIsStoppedAndDialsAgain() {
		server.stop();
		try {
			eventually("down", () -> {
				fault(ping());
				return !this.redis.guard().isUp();
			});
			assertThat(fault(ping())).isInstanceOf(CallNotPermittedException.class);
		}
		finally {
			server.start();
		}
		eventually("recovery", () -> this.recoveries.get() == 1);
		eventually("pong", () -> succeeds(ping()));
	}

	@Test
	void startsWithoutRedisAndFindsItLater() {
		server.stop();
		try (Connected late = Connected.to(server, Duration.ofMillis(50), new SimpleMeterRegistry())) {
			assertThat(late.redis().guard().isUp()).isFalse();
			assertThat(fault(late.redis().run((commands) -> commands.ping())))
				.isInstanceOf(CallNotPermittedException.class);
			server.start();
			eventually("up", () -> late.redis().guard().isUp());
			eventually("pong", () -> succeeds(late.redis().run((commands) -> commands.ping())));
		}
	}

	@Test
	void aCancelledCallCountsNeitherAsSuccessNorAsFailure() {
		server.hang();
		for (int i = 0; i < 20; i++) {
			ping().subscribe().dispose();
		}
		assertThat(this.redis.guard().isUp()).isTrue();
		assertThat(calls("cancelled")).isEqualTo(20);
	}

	@Test
	void aCommandThatOneKeyBreaksIsNoOutage() {
		server.ask("SET text value");
		for (int i = 0; i < 20; i++) {
			assertThat(fault(this.redis.run((commands) -> commands.hset("text", "a", "b"))))
				.hasMessageContaining("WRONGTYPE");
		}
		assertThat(this.redis.guard().isUp()).isTrue();
		assertThat(calls("error")).isEqualTo(20);
		assertThat(this.logged.messages())
			.filteredOn(
					(message) -> message.contains("redis-cache rejected a command") && message.contains("WRONGTYPE"))
			.hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "CONFIG SET maxmemory 1, CONFIG SET maxmemory 0, OOM",
			"REPLICAOF 127.0.0.1 1, REPLICAOF NO ONE, READONLY" })
	void aRedisThatAcceptsNoWritesIsOutUntilItDoes(String begin, String end, String code) throws InterruptedException {
		server.ask(begin);
		try {
			for (int i = 0; i < 10; i++) {
				fault(this.redis.run((commands) -> commands.set("colour", "green")));
			}
			assertThat(this.redis.guard().isUp()).isFalse();
			Thread.sleep(500);
			assertThat(this.redis.guard().isUp()).as("it answers pings, but accepts no write").isFalse();
		}
		finally {
			server.ask(end);
		}
		eventually("recovery", () -> this.recoveries.get() == 1);
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("redis-cache is unavailable"))
			.singleElement()
			.asString()
			.contains(code);
		assertThat(this.logged.messages()).filteredOn((message) -> message.contains("redis-cache is available again"))
			.hasSize(1);
	}

	@Test
	void aConnectionThatFellSilentIsMadeAnew() {
		try (TcpForwarder forwarder = new TcpForwarder(port(server));
				Connected through = Connected.to("redis://127.0.0.1:" + forwarder.port(), Duration.ofMillis(300),
						new SimpleMeterRegistry())) {
			assertThat(through.redis().guard().isUp()).isTrue();
			forwarder.silence();
			eventually("out", () -> {
				fault(through.redis().run((commands) -> commands.ping()));
				return !through.redis().guard().isUp();
			});
			eventually("works again", () -> succeeds(through.redis().run((commands) -> commands.ping())));
		}
	}

	@Test
	void aPrimaryThatBecameAReplicaIsLeftForTheNewOne() {
		try (TcpForwarder forwarder = new TcpForwarder(port(server));
				Connected through = Connected.to("redis://127.0.0.1:" + forwarder.port(), Duration.ofMillis(300),
						new SimpleMeterRegistry())) {
			server.ask("REPLICAOF 127.0.0.1 " + port(promoted));
			forwarder.leadTo(port(promoted));
			eventually("out", () -> {
				fault(through.redis().run((commands) -> commands.set("colour", "green")));
				return !through.redis().guard().isUp();
			});
			eventually("writes again",
					() -> succeeds(through.redis().run((commands) -> commands.set("colour", "blue"))));
			assertThat(promoted.ask("GET colour")).contains("blue");
			assertThat(this.logged.messages()).filteredOn((message) -> message.contains("redis-cache is unavailable"))
				.hasSize(1);
			eventually("logged",
					() -> this.logged.messages()
						.stream()
						.filter((message) -> message.contains("redis-cache is available again"))
						.count() == 1);
		}
		finally {
			server.ask("REPLICAOF NO ONE");
		}
	}

	private static int port(TestRedis server) {
		return Integer.parseInt(server.address().substring(server.address().lastIndexOf(':') + 1));
	}

	private Mono<String> ping() {
		return this.redis.run((commands) -> commands.ping());
	}

	private long calls(String outcome) {
		return this.meters.get(RedisMetrics.CALLS).tag("role", "cache").tag("outcome", outcome).timer().count();
	}

	private static boolean succeeds(Mono<?> call) {
		return call.thenReturn(true).onErrorReturn(false).block(Duration.ofSeconds(10));
	}

	/** A call that was sent while the connection broke may fail by its time-out only. */
	private static Throwable fault(Mono<?> call) {
		return call.<Throwable>map((answer) -> new AssertionError("Answered " + answer))
			.onErrorResume(RedisUnavailableException.class, (fault) -> Mono.just(fault.getCause()))
			.block(Duration.ofSeconds(15));
	}

	/**
	 * A Redis as a service has it.
	 *
	 * @param link to the server
	 * @param redis guarded
	 */
	record Connected(RedisLink link, Redis redis) implements AutoCloseable {

		static Connected to(TestRedis server, Duration timeout, MeterRegistry meters) {
			return to(server.url(), timeout, meters);
		}

		static Connected to(String url, Duration timeout, MeterRegistry meters) {
			return to(url, null, timeout, meters);
		}

		static Connected to(String url, @Nullable Path ca, Duration timeout, MeterRegistry meters) {
			RedisLink link = new RedisLink(RedisUrl.of(url, false), ca, TcpResources.get());
			Mono<?> write = link.ready().then(Redis.probe(link::commands, "probe:cache"));
			RedisTimes times = new RedisTimes(timeout, timeout, Duration.ofMillis(50), Duration.ofSeconds(2));
			RedisGuard guard = new RedisGuard("cache", times, write, link::redial, meters, Tracing.NOOP);
			guard.start();
			return new Connected(link, new Redis(link, guard));
		}

		@Override
		public void close() {
			this.redis.guard().close();
			this.link.close();
		}

	}

}
