package io.clearview.gateway.request;

import java.time.Duration;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@code CallerDeadline}: reads {@code deadlineMs} from the body, and bounds by it what
 * precedes the classifier. That is the look-up of a token, so what is late there is
 * answered 503: identity fails closed. Stands behind {@code BodySize}.
 */
@Component
final class CallerDeadlineGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

	/** Later than the classifier's filter, which responds by itself. */
	private static final Duration MARGIN = Duration.ofMillis(85);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final DeadlineReader reader;

	CallerDeadlineGatewayFilterFactory(JsonMapper json) {
		super(Object.class);
		this.reader = new DeadlineReader(json);
	}

	@Override
	public GatewayFilter apply(Object config) {
		return (exchange, chain) -> {
			RequestContext context = RequestContext.of(exchange);
			@Nullable Duration deadline = this.reader.read(context.body());
			if (deadline == null) {
				return chain.filter(exchange);
			}
			context.setCallerDeadline(deadline);
			@Nullable Duration left = context.leftOfCallerDeadline(MARGIN);
			return (left == null) ? chain.filter(exchange)
					: Mono.firstWithSignal(chain.filter(exchange), lateWithoutUser(exchange, left));
		};
	}

	/**
	 * Errors when the time is over and no token was accepted; otherwise it never ends.
	 */
	private static Mono<Void> lateWithoutUser(ServerWebExchange exchange, Duration left) {
		return Mono.delay(left)
			.filter((_) -> RequestContext.of(exchange).report().user() == null)
			.flatMap((_) -> Mono.<Void>error(new ApiException(ErrorCode.AUTH_UNAVAILABLE,
					"The token cannot be looked up within deadlineMs", RETRY_AFTER)))
			.switchIfEmpty(Mono.never());
	}

}
