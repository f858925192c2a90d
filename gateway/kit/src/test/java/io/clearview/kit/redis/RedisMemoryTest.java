package io.clearview.kit.redis;

import java.time.Duration;

import io.clearview.kit.redis.RedisMemory.Reading;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

class RedisMemoryTest {

	@RegisterExtension
	static final TestRedis server = new TestRedis("maxmemory 64mb", "maxmemory-policy noeviction");

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	@Test
	void publishesHowFullRedisIsAndNothingWhileItIsUnavailable() {
		try (RedisTest.Connected connected = RedisTest.Connected.to(server, Duration.ofSeconds(5), this.meters)) {
			RedisMemory memory = new RedisMemory(connected.redis(), "state", this.meters, Duration.ofMillis(50));
			eventually("limit", () -> gauge(RedisMetrics.MEMORY_LIMIT) == 64 << 20);
			assertThat(gauge(RedisMetrics.MEMORY_USED)).isBetween(100_000d, 64d * (1 << 20));
			assertThat(gauge(RedisMetrics.EVICTS)).isZero();
			server.ask("CONFIG SET maxmemory-policy allkeys-lfu");
			eventually("policy", () -> gauge(RedisMetrics.EVICTS) == 1);
			server.stop();
			eventually("unknown", () -> Double.isNaN(gauge(RedisMetrics.MEMORY_USED)));
			memory.dispose();
		}
	}

	@Test
	void readsWhatAServerLeavesOutAsUnknown() {
		assertThat(Reading.of("used_memory:12\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n"))
			.isEqualTo(new Reading(12, 0, 0));
		assertThat(Reading.of("# Memory\r\nused_memory:\r\nmaxmemory:x\r\n")).isEqualTo(Reading.UNKNOWN);
		assertThat(Reading.of("")).isEqualTo(Reading.UNKNOWN);
	}

	private double gauge(String name) {
		return this.meters.get(name).tag("role", "state").gauge().value();
	}

}
