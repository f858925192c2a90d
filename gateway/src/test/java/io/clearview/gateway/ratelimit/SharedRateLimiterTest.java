package io.clearview.gateway.ratelimit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.clearview.gateway.telemetry.Metrics;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.Printed;
import io.clearview.kit.testing.TestRedis;
import io.lettuce.core.ScriptOutputType;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpHeaders;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.convert.ConversionService;
import org.springframework.validation.Validator;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/** Two instances on one Redis. */
@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class SharedRateLimiterTest {

	private static final String LIMIT = "address";

	private static final int PER_MINUTE = 30;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static ConfigurableApplicationContext one;

	private static ConfigurableApplicationContext other;

	private final String key = UUID.randomUUID().toString();

	@BeforeAll
	static void start(@TempDir Path keys) {
		one = instance(keys);
		other = instance(keys);
	}

	@AfterAll
	static void stop() {
		one.close();
		other.close();
	}

	@BeforeEach
	@AfterEach
	void running() {
		redis.resume();
		redis.start();
		eventually("Redis is used", () -> isUsed(one) && isUsed(other));
	}

	@Test
	void allowsTheLimitFromAnIdleStateOverBothInstances() {
		long start = System.nanoTime();
		List<Decision> decisions = Flux.range(0, 100)
			.flatMap((i) -> limiter((i % 2 == 0) ? one : other).take(LIMIT, this.key), 16)
			.collectList()
			.block();
		long refilled = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) * PER_MINUTE / 60;
		assertThat(decisions).allMatch((decision) -> decision.source() == Decision.Source.REDIS);
		assertThat(decisions.stream().filter(Decision::allowed).count()).isCloseTo(PER_MINUTE + refilled, within(1L));
	}

	@Test
	void saysWhatIsLeftAndHowLongToWait() {
		Decision first = limiter(one).take(LIMIT, this.key).block();
		assertThat(first).returns(29L, Decision::remaining);
		assertThat(first.pause()).hasSeconds(2);
		HttpHeaders headers = new HttpHeaders();
		first.describe(headers);
		assertThat(headers.toSingleValueMap()).containsOnly(Map.entry("RateLimit", "\"address\";r=29;t=2"),
				Map.entry("RateLimit-Policy", "\"address\";q=30;w=60"));
		List<Decision> decisions = Flux.range(0, 40)
			.concatMap((_) -> limiter(one).take(LIMIT, this.key))
			.collectList()
			.block();
		assertThat(decisions).filteredOn((decision) -> !decision.allowed()).isNotEmpty().allSatisfy((decision) -> {
			assertThat(decision.remaining()).isZero();
			assertThat(decision.pause()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
		});
	}

	@Test
	void countsAloneAt80PercentWhileRedisHangsAndGoesBackToItByItself(CapturedOutput output) {
		redis.hang();
		List<Decision> decisions = take(200);
		assertThat(decisions).allMatch((decision) -> decision.source() == Decision.Source.LOCAL);
		assertThat(decisions.stream().filter(Decision::allowed).count()).isBetween(PER_MINUTE * 8 / 10L,
				PER_MINUTE * 8 / 10L + 3);
		redis.resume();
		eventually("Redis counts again",
				() -> limiter(one).take(LIMIT, this.key).block().source() == Decision.Source.REDIS);
		String printed = Printed.soFar(output);
		assertThat(printed.lines().filter((line) -> line.contains("RedisGuard"))).hasSize(2);
		assertThat(printed).doesNotContain("Error calling rate limiter");
	}

	@Test
	void countsAloneWhileRedisIsStopped(CapturedOutput output) {
		redis.stop();
		List<Decision> decisions = take(200);
		assertThat(decisions).allMatch((decision) -> decision.source() == Decision.Source.LOCAL);
		assertThat(decisions.stream().filter(Decision::allowed).count()).isBetween(PER_MINUTE * 8 / 10L,
				PER_MINUTE * 8 / 10L + 3);
		assertThat(Printed.soFar(output)).doesNotContain("Error calling rate limiter");
	}

	@Test
	void countsEveryDecision() {
		double allowed = count("allowed", "redis");
		double limited = count("limited", "redis");
		take(100);
		assertThat(count("allowed", "redis") - allowed + count("limited", "redis") - limited).isEqualTo(100);
		assertThat(count("limited", "redis") - limited).isGreaterThan(50);
	}

	@Test
	void asksRedisNoMoreAboutWhomItRefusedUntilItMayAllowAgain() {
		long before = callsToRedis();
		assertThat(take(2_000)).hasSize(2_000);
		assertThat(callsToRedis() - before).isBetween((long) PER_MINUTE, 200L);
	}

	@Test
	void aBucketIsOneKeyThatIsReadAndWrittenOnceAndExpires() {
		limiter(one).take(LIMIT, UUID.randomUUID().toString()).block();
		redis.ask("CONFIG RESETSTAT");
		limiter(one).take(LIMIT, this.key).block();
		String stats = redis.ask("INFO commandstats");
		assertThat(stats).contains("cmdstat_get:calls=1,", "cmdstat_set:calls=1,")
			.doesNotContain("cmdstat_setex", "cmdstat_expire");
		assertThat(redis.ask("PTTL request_rate_limiter.{" + LIMIT + "." + this.key + "}.bucket"))
			.containsPattern("^:1[12][0-9]{4}\\s");
	}

	@Test
	void theScriptDecidesAsTheStockOneAtEverySecond() throws IOException {
		String ours = new ClassPathResource("lua/limit_take.lua").getContentAsString(StandardCharsets.UTF_8);
		String stock = new ClassPathResource("META-INF/scripts/request_rate_limiter.lua")
			.getContentAsString(StandardCharsets.UTF_8);
		SplittableRandom random = new SplittableRandom(17);
		long now = 1_795_448_837;
		for (int i = 0; i < 400; i++) {
			now += random.nextInt(4) * random.nextInt(20);
			String arguments = "2 120 " + now + " 60";
			assertThat(eval(ours, 1, "{" + this.key + "}.bucket " + arguments)).as("request %s", i)
				.isEqualTo(eval(stock, 2, "{" + this.key + "}.tokens {" + this.key + "}.timestamp " + arguments));
			redis.ask("PERSIST {" + this.key + "}.bucket");
			redis.ask("PERSIST {" + this.key + "}.tokens");
			redis.ask("PERSIST {" + this.key + "}.timestamp");
		}
	}

	@Test
	void aClockThatIsSetBackRefillsNothingTwice() throws IOException {
		String script = new ClassPathResource("lua/limit_take.lua").getContentAsString(StandardCharsets.UTF_8);
		assertThat(eval(script, 1, this.key + " 2 120 1000 60")).isEqualTo(List.of(1L, 60L));
		assertThat(eval(script, 1, this.key + " 2 120 970 60")).isEqualTo(List.of(1L, 0L));
		assertThat(eval(script, 1, this.key + " 2 120 1000 60")).isEqualTo(List.of(0L, 0L));
		assertThat(eval(script, 1, this.key + " 2 120 1029 60")).isEqualTo(List.of(0L, 58L));
		assertThat(eval(script, 1, this.key + " 2 120 1030 60")).isEqualTo(List.of(1L, 0L));
	}

	private static List<Long> eval(String script, int keys, String arguments) {
		String[] words = arguments.split(" ");
		return one.getBean(Redis.class)
			.run((commands) -> commands.<List<Long>>eval(script, ScriptOutputType.MULTI, Arrays.copyOf(words, keys),
					Arrays.copyOfRange(words, keys, words.length)))
			.block();
	}

	@Test
	void refusesALimitThatIsNotConfigured() {
		assertThatIllegalArgumentException().isThrownBy(() -> limiter(one).take("other", this.key))
			.withMessageStartingWith("There is no limit 'other' in clearview.limits.shared");
	}

	private List<Decision> take(int requests) {
		return Flux.range(0, requests).concatMap((_) -> limiter(one).take(LIMIT, this.key)).collectList().block();
	}

	private static double count(String decision, String source) {
		return one.getBean(MeterRegistry.class)
			.get(Metrics.RATE_LIMIT_DECISIONS)
			.tag("limiter", LIMIT)
			.tag("decision", decision)
			.tag("source", source)
			.counter()
			.count();
	}

	private static SharedRateLimiter limiter(ConfigurableApplicationContext instance) {
		return instance.getBean(SharedRateLimiter.class);
	}

	/** A guard that was asked nothing during an outage has not noticed it. */
	private static boolean isUsed(ConfigurableApplicationContext instance) {
		return guard(instance).isUp() && limiter(instance).take(LIMIT, UUID.randomUUID().toString())
			.map((decision) -> decision.source() == Decision.Source.REDIS)
			.blockOptional()
			.orElse(false);
	}

	private static RedisGuard guard(ConfigurableApplicationContext instance) {
		return instance.getBean(RedisGuard.class);
	}

	private static ConfigurableApplicationContext instance(Path keys) {
		Map<String, Object> properties = Map.of("spring.data.redis.url", redis.url(), "clearview.redis.timeout",
				"500ms", "clearview.redis.probe", "50ms", "clearview.redis.startup", "30s",
				"clearview.limits.shared.address", PER_MINUTE, "clearview.identity.keys",
				KeyFiles.ring(keys, "identity"), "clearview.device.keys", KeyFiles.ring(keys, "device"),
				"clearview.token.keys", KeyFiles.ring(keys, "token"));
		// arguments, because they count for more than what the gateway is shipped with
		return new SpringApplicationBuilder(Beans.class).web(WebApplicationType.NONE)
			.run(properties.entrySet()
				.stream()
				.map((property) -> "--" + property.getKey() + "=" + property.getValue())
				.toArray(String[]::new));
	}

	@ImportAutoConfiguration({ DataRedisAutoConfiguration.class, DataRedisReactiveAutoConfiguration.class })
	@ComponentScan({ "io.clearview.gateway.redis", "io.clearview.gateway.ratelimit", "io.clearview.gateway.clientip",
			"io.clearview.gateway.keyring" })
	@ConfigurationPropertiesScan({ "io.clearview.gateway.redis", "io.clearview.gateway.ratelimit",
			"io.clearview.gateway.clientip", "io.clearview.gateway.keyring" })
	static class Beans {

		@Bean
		MeterRegistry meters() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Clock clock() {
			return Clock.systemUTC();
		}

		@Bean
		ConfigurationService configurationService(BeanFactory beans, ObjectProvider<ConversionService> conversion,
				ObjectProvider<Validator> validator) {
			return new ConfigurationService(beans, conversion, validator);
		}

	}

	private static long callsToRedis() {
		return one.getBean(MeterRegistry.class)
			.find(Metrics.REDIS_CALLS)
			.timers()
			.stream()
			.mapToLong(Timer::count)
			.sum();
	}

}
