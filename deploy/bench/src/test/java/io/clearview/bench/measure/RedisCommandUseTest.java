package io.clearview.bench.measure;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RedisCommandUseTest {

	private static final String INFO = """
			# Commandstats\r
			cmdstat_evalsha:calls=100,usec=4000,usec_per_call=40.00,rejected_calls=0,failed_calls=0\r
			cmdstat_get:calls=250,usec=75,usec_per_call=0.30,rejected_calls=0,failed_calls=0\r
			cmdstat_config|get:calls=1,usec=9,usec_per_call=9.00,rejected_calls=0,failed_calls=0\r
			""";

	@Test
	void readsCallsAndMicrosecondsOfEachCommand() {
		assertThat(RedisCommandUse.parse(INFO)).containsOnly(Map.entry("evalsha", new RedisCommandUse(100, 4000)),
				Map.entry("get", new RedisCommandUse(250, 75)), Map.entry("config|get", new RedisCommandUse(1, 9)));
	}

	@Test
	void leavesOutWhatWasNotCalledBetweenTwoReadings() {
		Map<String, RedisCommandUse> before = Map.of("get", new RedisCommandUse(10, 5), "set",
				new RedisCommandUse(4, 8));
		Map<String, RedisCommandUse> after = Map.of("get", new RedisCommandUse(13, 7), "set", new RedisCommandUse(4, 8),
				"time", new RedisCommandUse(2, 1));
		assertThat(RedisCommandUse.between(before, after)).containsOnly(Map.entry("get", new RedisCommandUse(3, 2)),
				Map.entry("time", new RedisCommandUse(2, 1)));
	}

	@Test
	void addsServersUp() {
		assertThat(RedisCommandUse.sum(Map.of("get", new RedisCommandUse(1, 2)),
				Map.of("get", new RedisCommandUse(3, 4), "set", new RedisCommandUse(5, 6))))
			.containsOnly(Map.entry("get", new RedisCommandUse(4, 6)), Map.entry("set", new RedisCommandUse(5, 6)));
	}

}
