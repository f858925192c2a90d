package io.clearview.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.Wire;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Somebody who tries tokens, as fast as the gateway answers. */
class ForgedTokensTest {

	private static final int CONNECTIONS = 8;

	private static final int BATCHES = 500;

	private static final int PIPELINED = 5;

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@Test
	void twentyThousandOfOneAddressAreRefusedAndHardlyAnyReachesRedis() throws Exception {
		try (Gateway gateway = Gateway.start(redis.url(), "http://127.0.0.1:1",
				"clearview.log.troubles-per-second=1")) {
			String address = Gateway.newAddress();
			// the limiter's script asks Redis for the time once a request
			long limited = redis.calls("time");
			long commands = commands();
			long start = System.nanoTime();

			Map<String, Integer> answers = new ConcurrentHashMap<>();
			try (ExecutorService attackers = Executors.newVirtualThreadPerTaskExecutor()) {
				for (Future<?> attacker : IntStream.range(0, CONNECTIONS)
					.mapToObj((seed) -> attackers.submit(() -> attack(gateway, address, seed, answers)))
					.toList()) {
					attacker.get();
				}
			}

			assertThat(answers.keySet()).containsExactlyInAnyOrder("401 INVALID_AUTH", "429 RATE_LIMIT_EXCEEDED");
			assertThat(answers.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(20_000);
			assertThat(redis.calls("time") - limited).as("requests that reached Redis, of %s", new TreeMap<>(answers))
				.isBetween(100L, Math.max(199, mostThatMayPass(System.nanoTime() - start)));
			assertThat(commands() - commands).as("commands sent for them").isLessThan(400);
			Answer other = gateway.send(gateway.request("/quota").header("Authorization", gateway.token()));
			assertThat(other.status()).as("somebody else's request").isEqualTo(503);
		}
	}

	/**
	 * The limit of 100, what is refilled of it, and one a second to see that it is spent:
	 * below 200 unless the machine takes half a minute.
	 */
	private static long mostThatMayPass(long nanos) {
		return 101 + Duration.ofNanos(nanos).toSeconds() * 160 / 60;
	}

	private static Void attack(Gateway gateway, String address, int seed, Map<String, Integer> answers)
			throws IOException {
		Random random = new Random(seed);
		try (Wire wire = new Wire(gateway.port())) {
			for (int batch = 0; batch < BATCHES; batch++) {
				StringBuilder requests = new StringBuilder();
				for (int i = 0; i < PIPELINED; i++) {
					byte[] token = new byte[32];
					random.nextBytes(token);
					requests.append("""
							POST /classify HTTP/1.1\r
							Host: gateway\r
							X-Forwarded-For: %s\r
							Authorization: Bearer %s\r
							Content-Type: application/json\r
							Content-Length: 2\r
							\r
							{}""".formatted(address, HexFormat.of().formatHex(token)));
				}
				wire.send(requests.toString().getBytes(StandardCharsets.US_ASCII));
				for (int i = 0; i < PIPELINED; i++) {
					Answer answer = wire.read(false);
					answers.merge(answer.status() + " " + answer.json().get("error").asString(), 1, Integer::sum);
				}
			}
		}
		return null;
	}

	/** What the gateway asked of Redis, each a script. */
	private static long commands() {
		return redis.calls("evalsha") + redis.calls("eval");
	}

}
