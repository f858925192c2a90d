package io.clearview.gateway.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.clearview.gateway.telemetry.Metrics;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.redis.RedisTimes;
import io.clearview.kit.redis.RedisUnavailableException;
import io.clearview.kit.telemetry.Tracing;
import io.clearview.kit.testing.Printed;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class RedisGuardTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private final ApplicationContextRunner gateway = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(DataRedisAutoConfiguration.class, DataRedisReactiveAutoConfiguration.class))
		.withUserConfiguration(Beans.class)
		.withPropertyValues("spring.data.redis.url=" + redis.url(), "clearview.redis.timeout=500ms",
				"clearview.redis.probe=50ms", "clearview.redis.startup=30s");

	@BeforeEach
	@AfterEach
	void running() {
		redis.resume();
		redis.start();
	}

	@Test
	void passesCallsOn() {
		this.gateway.run((context) -> assertThat(ping(context).block()).isEqualTo("PONG"));
	}

	@Test
	void hungRedisCostsItsTimeoutUntilTheBreakerOpensAndThenNothing(CapturedOutput output) {
		this.gateway.run((context) -> {
			RedisGuard guard = context.getBean(RedisGuard.class);
			redis.hang();
			AtomicInteger asked = new AtomicInteger();
			Mono<String> counted = guard
				.run(Mono.defer(() -> raw(context)).doOnSubscribe((_) -> asked.incrementAndGet()));
			for (int i = 0; i < 100; i++) {
				assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(counted::block);
			}
			assertThat(asked).hasValue(5);
			assertThat(calls(context, "timeout")).isEqualTo(5);
			assertThat(calls(context, "refused")).isEqualTo(95);
			assertThat(context.getBean(MeterRegistry.class).get(Metrics.REDIS_UP).gauge().value()).isZero();
			redis.resume();
			eventually("closed again", guard::isUp);
			assertThat(counted.block()).isEqualTo("PONG");
		});
		assertThat(lines(output, "redis-state is")).hasSize(2);
	}

	@Test
	void waitsForAnAnswerAsLongAsItIsTold() {
		this.gateway.withPropertyValues("clearview.redis.timeout=30s").run((context) -> {
			redis.hang();
			CompletableFuture<String> answer = ping(context).toFuture();
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> answer.get(1500, TimeUnit.MILLISECONDS));
			redis.resume();
			assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("PONG");
		});
	}

	@Test
	void aPatientCallWaitsForAnAnswerThatOthersDoNotWaitFor() {
		this.gateway.withPropertyValues("clearview.redis.long-timeout=30s").run((context) -> {
			redis.hang();
			CompletableFuture<String> answer = patientPing(context).toFuture();
			assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> ping(context).block());
			assertThat(answer).isNotDone();
			redis.resume();
			assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("PONG");
		});
	}

	@Test
	void aPatientCallWaitsForTheEndOfAnOutageThatHasJustBegun() {
		this.gateway.withPropertyValues("clearview.redis.long-timeout=30s").run((context) -> {
			redis.hang();
			untilOut(context);
			CompletableFuture<String> answer = patientPing(context).toFuture();
			eventually("it is refused more than once", () -> calls(context, "refused") > 1);
			assertThat(answer).isNotDone();
			redis.resume();
			assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("PONG");
		});
	}

	@Test
	void aPatientCallIsRefusedAtOnceInAnOutageThatIsOlder() {
		this.gateway.withPropertyValues("clearview.redis.timeout=50ms", "clearview.redis.long-timeout=500ms")
			.run((context) -> {
				redis.hang();
				untilOut(context);
				eventually("asks once only", () -> {
					long before = calls(context, "refused");
					assertThatExceptionOfType(RedisUnavailableException.class)
						.isThrownBy(() -> patientPing(context).block());
					return calls(context, "refused") == before + 1;
				});
			});
	}

	@Test
	void stoppedRedisIsRefusedAtOnceAndPickedUpWhenItIsBack(CapturedOutput output) {
		this.gateway.run((context) -> {
			RedisGuard guard = context.getBean(RedisGuard.class);
			AtomicInteger recoveries = new AtomicInteger();
			guard.onRecovery(recoveries::incrementAndGet);
			redis.stop();
			List<Throwable> faults = Flux.range(0, 100)
				.concatMap((_) -> ping(context).materialize())
				.mapNotNull((signal) -> signal.getThrowable())
				.collectList()
				.block();
			assertThat(faults).hasSizeGreaterThan(90)
				.allSatisfy((fault) -> assertThat(fault).isInstanceOf(RedisUnavailableException.class));
			redis.start();
			eventually("closed again", guard::isUp);
			assertThat(ping(context).block()).isEqualTo("PONG");
			// calls pass a moment before the recovery is logged and announced
			eventually("announced once", () -> recoveries.get() == 1);
		});
		assertThat(lines(output, "redis-state is")).hasSize(2);
	}

	@Test
	void startsWithoutRedisAndFindsItLater(CapturedOutput output) {
		redis.stop();
		this.gateway.run((context) -> {
			assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> ping(context).block());
			redis.start();
			eventually("closed", context.getBean(RedisGuard.class)::isUp);
			assertThat(ping(context).block()).isEqualTo("PONG");
		});
		assertThat(lines(output, "redis-state is unavailable")).hasSize(1);
	}

	@Test
	void aFirstQuestionThatFailsWhenNobodyWaitsAnyMoreIsNotTold(CapturedOutput output) {
		AtomicReference<Subscriber<? super String>> asked = new AtomicReference<>();
		Publisher<String> deaf = (subscriber) -> {
			asked.compareAndSet(null, subscriber);
			subscriber.onSubscribe(Operators.emptySubscription());
		};
		RedisGuard guard = new RedisGuard("state", new RedisTimes(Duration.ofMillis(50), Duration.ofMillis(50),
				Duration.ofMinutes(1), Duration.ofMillis(500)), Mono.from(deaf), () -> {
				}, new SimpleMeterRegistry(), Tracing.NOOP);
		guard.start();
		asked.get().onError(new IllegalStateException("no connection"));
		guard.close();
		eventually("the outage is told", () -> output.toString().contains("redis-state is unavailable"));
		assertThat(Printed.soFar(output)).doesNotContain("no connection");
	}

	@Test
	void redisThatTakesNoWritesStaysOut() {
		this.gateway.run((context) -> {
			RedisGuard guard = context.getBean(RedisGuard.class);
			redis.ask("CONFIG SET maxmemory 1");
			redis.ask("CONFIG SET maxmemory-policy noeviction");
			Mono<Boolean> write = guard
				.run(context.getBean(ReactiveStringRedisTemplate.class).opsForValue().set("x", "y"));
			eventually("out", () -> {
				assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(write::block);
				return !guard.isUp();
			});
			Mono.delay(Duration.ofMillis(300)).block();
			assertThat(guard.isUp()).isFalse();
			redis.ask("CONFIG SET maxmemory 0");
			eventually("closed again", guard::isUp);
		});
	}

	@Test
	void aCommandThatRedisRefusesIsNoOutage(CapturedOutput output) {
		this.gateway.run((context) -> {
			RedisGuard guard = context.getBean(RedisGuard.class);
			redis.ask("SET text 1");
			Mono<Long> refused = guard
				.run(context.getBean(ReactiveStringRedisTemplate.class).opsForList().leftPush("text", "x"));
			for (int i = 0; i < 20; i++) {
				assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(refused::block);
			}
			assertThat(guard.isUp()).isTrue();
			assertThat(calls(context, "error")).isEqualTo(20);
		});
		assertThat(lines(output, "rejected a command (RedisCommandExecutionException WRONGTYPE)")).hasSize(1);
		assertThat(lines(output, "redis-state is")).isEmpty();
	}

	@Test
	void saysWhyItStartsWithoutARedisThatHangs(CapturedOutput output) {
		redis.hang();
		this.gateway.withPropertyValues("clearview.redis.startup=100ms").run((context) -> {
			redis.resume();
			eventually("closed", context.getBean(RedisGuard.class)::isUp);
		});
		assertThat(lines(output, "redis-state is unavailable (no answer within 101 ms)")).hasSize(1);
		assertThat(Printed.soFar(output)).doesNotContain("onErrorDropped");
	}

	private static void untilOut(ApplicationContext context) {
		eventually("out", () -> {
			assertThatExceptionOfType(RedisUnavailableException.class).isThrownBy(() -> ping(context).block());
			return !context.getBean(RedisGuard.class).isUp();
		});
	}

	private static Mono<String> patientPing(ApplicationContext context) {
		return context.getBean(RedisGuard.class).runWithLongTimeout(Mono.defer(() -> raw(context)));
	}

	private static Mono<String> ping(ApplicationContext context) {
		return context.getBean(RedisGuard.class).run(Mono.defer(() -> raw(context)));
	}

	private static Mono<String> raw(ApplicationContext context) {
		return context.getBean(ReactiveStringRedisTemplate.class).execute((connection) -> connection.ping()).next();
	}

	private static long calls(ApplicationContext context, String outcome) {
		return context.getBean(MeterRegistry.class).get(Metrics.REDIS_CALLS).tag("outcome", outcome).timer().count();
	}

	private static List<String> lines(CapturedOutput output, String text) {
		return Printed.soFar(output).lines().filter((line) -> line.contains(text)).toList();
	}

	@EnableConfigurationProperties(RedisTimeoutProperties.class)
	@Import(RedisConfiguration.class)
	static class Beans {

		@Bean
		MeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Tracing tracing() {
			return Tracing.NOOP;
		}

	}

}
