package io.clearview.kit.error;

import java.time.Duration;
import java.util.List;

import io.clearview.kit.redis.Redis;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.redis.RedisLink;
import io.clearview.kit.redis.RedisUrl;
import io.clearview.kit.redis.RedisTimes;
import io.clearview.kit.telemetry.Tracing;
import io.clearview.kit.testing.MovingClock;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.netty.tcp.TcpResources;

import static org.assertj.core.api.Assertions.assertThat;

class AffectedUsersTest {

	@RegisterExtension
	static final TestRedis server = new TestRedis();

	private final MovingClock clock = new MovingClock();

	@Test
	void countsEachUserOfTheFleetOnceADayAndKeepsTheKeyForTwoDays() {
		MeterRegistry one = new SimpleMeterRegistry();
		MeterRegistry other = new SimpleMeterRegistry();
		try (RedisLink link = new RedisLink(RedisUrl.of(server.url(), false), null, TcpResources.get())) {
			RedisTimes times = new RedisTimes(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(50),
					Duration.ofSeconds(20));
			RedisGuard guard = new RedisGuard("state", times, link.ready(), link::redial, one, Tracing.NOOP);
			guard.start();
			Redis redis = new Redis(link, guard);
			AffectedUsers here = new AffectedUsers(redis, List.of("CODE"), this.clock, one);
			AffectedUsers there = new AffectedUsers(redis, List.of("CODE"), this.clock, other);
			here.add("CODE", "a");
			here.add("CODE", "a");
			here.add("CODE", null);
			here.add("OTHER", "b");
			there.add("CODE", "a");
			there.add("CODE", "b");
			here.flush().block();
			there.flush().block();
			here.flush().block();
			assertThat(count(one)).isEqualTo(2);
			assertThat(count(other)).isEqualTo(2);
			assertThat(server.ask("KEYS *")).contains("errors:{CODE}:2026-11-23").doesNotContain("OTHER");
			assertThat(server.ask("TTL errors:{CODE}:2026-11-23")).contains(":172800");
			this.clock.advance(Duration.ofDays(1));
			here.flush().block();
			assertThat(count(one)).isZero();
			guard.close();
		}
	}

	private static double count(MeterRegistry meters) {
		return meters.get(AffectedUsers.METRIC).tag("code", "CODE").gauge().value();
	}

}
