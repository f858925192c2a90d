package io.clearview.gateway.request;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class CallerDeadlineGatewayFilterFactoryTest {

	private final GatewayFilter filter = new CallerDeadlineGatewayFilterFactory(JsonMapper.builder().build())
		.apply(new Object());

	@Test
	void endsALookUpOfATokenThatTakesLongerThanTheCallerWaits() {
		MockServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/classify"));
		RequestContext.of(exchange)
			.setBody("{\"deadlineMs\":50}".getBytes(StandardCharsets.UTF_8),
					new BodyMemory(new BodyProperties(DataSize.ofKilobytes(1)), new SimpleMeterRegistry()).share(), 0);
		assertThatExceptionOfType(ApiException.class)
			.isThrownBy(() -> this.filter.filter(exchange, (_) -> Mono.never()).block(Duration.ofSeconds(30)))
			.extracting(ApiException::code)
			.isEqualTo(ErrorCode.AUTH_UNAVAILABLE);
	}

}
