package io.clearview.gateway.ratelimit;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.gateway.clientip.TestAddresses;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FloodGuardTest {

	private final ClientAddressResolver addresses = TestAddresses.behind(0);

	private final AtomicInteger passed = new AtomicInteger();

	private final FloodGuard guard = new FloodGuard(new LocalBuckets(new Limit("flood", 10), 1000, () -> 0),
			this.addresses, (_) -> {
			}, new DecisionMetrics(new SimpleMeterRegistry(), List.of("flood")));

	@Test
	void stopsAnAddressAtTheLimitWhateverItAsksFor() {
		for (int i = 0; i < 10; i++) {
			request("/nothing/" + i, "192.0.2.1");
		}
		assertThatExceptionOfType(ApiException.class).isThrownBy(() -> request("/classify", "192.0.2.1"))
			.satisfies((refusal) -> {
				assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
				assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(6));
			});
		request("/classify", "192.0.2.2");
		assertThat(this.passed).hasValue(11);
	}

	@Test
	void saysWhatIsLeft() {
		assertThat(request("/", "192.0.2.3").getResponse().getHeaders().toSingleValueMap())
			.containsEntry("RateLimit", "\"flood\";r=9;t=6")
			.containsEntry("RateLimit-Policy", "\"flood\";q=10;w=60");
	}

	@Test
	void spoofedHeaderDoesNotEscape() {
		for (int i = 0; i < 10; i++) {
			request("/", "192.0.2.1", "198.51.100." + i);
		}
		assertThatExceptionOfType(ApiException.class).isThrownBy(() -> request("/", "192.0.2.1", "198.51.100.99"));
	}

	private MockServerWebExchange request(String path, String socket, String... forwardedFor) {
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get(path)
			.header("X-Forwarded-For", forwardedFor)
			.remoteAddress(new InetSocketAddress(socket, 1)));
		this.guard.filter(exchange, (_) -> Mono.fromRunnable(this.passed::incrementAndGet)).block();
		return exchange;
	}

}
