package io.clearview.gateway;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.testing.Printed;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Users who go on reading while redis-state goes away and comes back. */
@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class OutageUnderLoadTest {

	/** Far above what a busy machine needs, and so long that no wait for it is missed. */
	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final int WORKERS = 8;

	private static final int CALLS_UNTIL_OPEN = 5;

	private static final int PER_MINUTE = 100;

	@RegisterExtension
	static final TestRedis redis = TestRedis.durable();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort().disableRequestJournal())
		.build();

	private static Gateway gateway;

	private static List<String> tokens;

	private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());

	private final AtomicInteger requests = new AtomicInteger();

	private volatile Phase phase = Phase.WELL;

	@BeforeAll
	static void startGateway() {
		// Every request asks after its token again: the worst that a hang can meet.
		gateway = Gateway.start(redis.url(), classifier.baseUrl(),
				"clearview.redis.timeout=" + TIMEOUT.toMillis() + "ms",
				"clearview.redis.long-timeout=" + TIMEOUT.toMillis() + "ms", "clearview.redis.probe=50ms",
				"clearview.token.cache.valid=1ns", "clearview.token.cache.unknown=1ns",
				"clearview.limits.shared.address=" + PER_MINUTE);
		tokens = Stream.generate(gateway::token).limit(20).toList();
	}

	@AfterAll
	static void stopGateway() {
		gateway.close();
	}

	@BeforeEach
	void classifierAnswers() {
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"from\":\"classifier\"}")));
		tokens.forEach((token) -> assertThat(gateway.send(gateway.classify(token, "{}")).status()).isEqualTo(200));
	}

	@ParameterizedTest
	@EnumSource(Fault.class)
	void answersEveryRequestAsDesignedAndIsWellAgainByItself(Fault fault, CapturedOutput output) {
		long timeoutsBefore = gateway.redisCalls("timeout");
		try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
			try {
				for (int i = 0; i < WORKERS; i++) {
					users.execute(this::use);
				}
				answered(100);
				this.phase = Phase.BREAKING;
				fault.begin();
				eventually("the breaker is open", () -> !guard().isUp());
				this.phase = Phase.OUT;
				answered(300);
				limitsHoldAt80Percent();
				this.phase = Phase.MENDING;
				fault.end();
				eventually("Redis is used", () -> guard().isUp());
				this.phase = Phase.WELL;
				answered(100);
			}
			finally {
				this.phase = Phase.OVER;
				fault.end();
			}
		}

		assertThat(this.seen).allSatisfy(Seen::isAsDesigned);
		assertThat(this.seen).filteredOn((one) -> one.began == Phase.OUT)
			.hasSizeGreaterThan(200)
			.allSatisfy((one) -> assertThat(one.took).as("waits for nothing").isLessThan(TIMEOUT));
		assertThat(this.seen).filteredOn((one) -> one.who == Who.KNOWN)
			.allSatisfy((one) -> assertThat(one.took).as("waits once at most").isLessThan(TIMEOUT.multipliedBy(2)));
		assertThat(gateway.redisCalls("timeout") - timeoutsBefore).isLessThanOrEqualTo(CALLS_UNTIL_OPEN + 2L * WORKERS);
		String printed = Printed.soFar(output);
		assertThat(printed.lines().filter((line) -> line.contains("redis-state is"))).satisfiesExactly(
				(out) -> assertThat(out).contains("is unavailable"),
				(back) -> assertThat(back).contains("is available again"));
		assertThat(printed.lines().filter((line) -> line.contains(" ERROR "))).isEmpty();
	}

	/** Asks until it is over: most often as a known user. */
	private void use() {
		while (this.phase != Phase.OVER) {
			int number = this.requests.incrementAndGet();
			Who who = (number % 10 == 0) ? Who.STRANGER : (number % 10 == 1) ? Who.NEWCOMER : Who.KNOWN;
			String address = "172.%d.%d.7".formatted(16 + number / 256 % 200, number % 256);
			Phase began = this.phase;
			long start = System.nanoTime();
			Answer answer = gateway.send(switch (who) {
				case KNOWN -> classify(address, tokens.get(number % tokens.size()));
				case STRANGER -> classify(address, "Bearer " + "%064x".formatted(number));
				case NEWCOMER -> gateway.request("/auth", address)
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.noBody());
			});
			this.seen.add(new Seen(who, began, this.phase, Duration.ofNanos(System.nanoTime() - start), answer));
			LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
		}
	}

	private static java.net.http.HttpRequest.Builder classify(String address, String token) {
		return gateway.request("/classify", address)
			.header("Content-Type", "application/json")
			.header("Authorization", token)
			.POST(BodyPublishers.ofString("{}"));
	}

	/** Waits until that many more requests were answered. */
	private void answered(int more) {
		int before = this.seen.size();
		eventually(more + " more are answered", () -> this.seen.size() >= before + more);
	}

	private static void limitsHoldAt80Percent() {
		String address = Gateway.newAddress();
		long start = System.nanoTime();
		List<Answer> answers = Stream.generate(() -> gateway.send(classify(address, tokens.getFirst())))
			.limit(2L * PER_MINUTE)
			.toList();
		long refilled = Math.ceilDiv((System.nanoTime() - start) * PER_MINUTE * 8 / 10,
				Duration.ofMinutes(1).toNanos());
		assertThat(answers.stream().filter((answer) -> answer.status() == 200).count()).isBetween(PER_MINUTE * 8 / 10L,
				PER_MINUTE * 8 / 10L + refilled);
		assertThat(answers).filteredOn((answer) -> answer.status() != 200)
			.allSatisfy((answer) -> assertThat(answer.json().get("error").asString()).isEqualTo("RATE_LIMIT_EXCEEDED"));
	}

	private static RedisGuard guard() {
		return gateway.context().getBean(RedisGuard.class);
	}

	private enum Phase {

		WELL, BREAKING, OUT, MENDING, OVER

	}

	private enum Who {

		/** Has a token that was valid here before. */
		KNOWN,
		/** Has a token that nobody knows. */
		STRANGER,
		/** Asks for a token. */
		NEWCOMER

	}

	private enum Fault {

		STOPPED {

			@Override
			void begin() {
				redis.stop();
			}

			@Override
			void end() {
				redis.start();
			}

		},
		HUNG {

			@Override
			void begin() {
				redis.hang();
			}

			@Override
			void end() {
				redis.resume();
			}

		};

		abstract void begin();

		abstract void end();

	}

	/** What somebody got, and in which phase the request began and ended. */
	private record Seen(Who who, Phase began, Phase ended, Duration took, Answer answer) {

		void isAsDesigned() {
			if (this.who == Who.KNOWN) {
				assertThat(this.answer.status()).as(toString()).isEqualTo(200);
				assertThat(this.answer.body()).isEqualTo("{\"from\":\"classifier\"}");
				return;
			}
			// neither needs Redis: a token proves itself, and a sign-up stores nothing
			assertThat(this.answer.status()).as(toString()).isEqualTo((this.who == Who.STRANGER) ? 401 : 201);
		}

	}

}
