package io.clearview.gateway.error;

import java.net.SocketException;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.context.RequestReport;
import io.clearview.gateway.telemetry.LogFields;
import io.clearview.kit.telemetry.DroppedErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Turns whatever was thrown into the contract's answer. As a web filter it does so inside
 * the request's measurement; as an exception handler ahead of the framework's it catches
 * what the filters before it throw.
 */
@Component
public final class ErrorFilter implements WebFilter, WebExceptionHandler, Ordered {

	/**
	 * Right after the filters that name and measure a request; as a handler, before all
	 * others.
	 */
	public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

	private static final Logger log = LoggerFactory.getLogger(ErrorFilter.class);

	static {
		// the server emits a reset connection twice; the second comes when the request is
		// over
		DroppedErrors.log(ErrorFilter::isOfAClientThatLeft);
	}

	private final ApiErrors errors;

	ErrorFilter(ApiErrors errors) {
		this.errors = errors;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return chain.filter(exchange).onErrorResume((thrown) -> handle(exchange, thrown));
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
		if (exchange.getResponse().isCommitted()) {
			// too late to say anything: the connection is closed instead
			return Mono.error(thrown);
		}
		if (isOfAClientThatLeft(thrown)) {
			// nobody is there to be told; an error would be logged as one of ours
			exchange.getResponse().setStatusCode(RequestReport.CLIENT_LEFT);
			return Mono.empty();
		}
		ApiException refusal = Refusals.of(thrown);
		if (refusal == null) {
			log.atError()
				.addKeyValue(LogFields.CORRELATION_ID, RequestContext.of(exchange).correlationId())
				.setCause(thrown)
				.log("A request failed unexpectedly");
			refusal = new ApiException(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side");
		}
		return this.errors.write(exchange, refusal);
	}

	/**
	 * The classifier's and Redis's connections cannot be meant: their guards see to them.
	 */
	private static boolean isOfAClientThatLeft(Throwable thrown) {
		return thrown instanceof AbortedException || thrown instanceof SocketException
				|| AbortedException.isConnectionReset(thrown);
	}

}
