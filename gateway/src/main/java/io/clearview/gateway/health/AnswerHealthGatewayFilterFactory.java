package io.clearview.gateway.health;

import java.time.Duration;

import io.clearview.gateway.health.PublicHealth.Report;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;

/**
 * {@code AnswerHealth}: answers {@code GET /health} itself; nothing stands behind it. It
 * names no component and no version, because anybody may ask.
 */
@Component
final class AnswerHealthGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final PublicHealth health;

	private final JsonMapper json;

	AnswerHealthGatewayFilterFactory(PublicHealth health, JsonMapper json) {
		super(Object.class);
		this.health = health;
		this.json = json;
	}

	@Override
	public GatewayFilter apply(Object config) {
		return (exchange, _) -> {
			Report report = this.health.report();
			byte[] body = this.json.writeValueAsBytes(report);
			ServerHttpResponse response = exchange.getResponse();
			HttpHeaders headers = response.getHeaders();
			if (report.isUnhealthy()) {
				headers.set(HttpHeaders.RETRY_AFTER, Long.toString(RETRY_AFTER.toSeconds()));
			}
			response.setStatusCode(report.isUnhealthy() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK);
			headers.setContentType(MediaType.APPLICATION_JSON);
			headers.setContentLength(body.length);
			return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
		};
	}

}
