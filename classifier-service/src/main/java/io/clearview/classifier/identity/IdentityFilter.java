package io.clearview.classifier.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.clearview.classifier.error.ApiException;
import io.clearview.classifier.error.CorrelationId;
import io.clearview.classifier.error.ErrorCode;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Lets a request pass that the gateway signed, and tells handlers whose it is. Routes
 * choose: {@link #users()} or {@link #operators()}, never both.
 */
public final class IdentityFilter {

	/** The header that carries the assertion. */
	public static final String HEADER = "X-ClearView-Identity";

	private static final String CALLER = Caller.class.getName();

	private static final String NANOS = IdentityFilter.class.getName();

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final AssertionVerifier verifier;

	private final Standstill standstill;

	private final Counter leftBehind;

	IdentityFilter(AssertionVerifier verifier, Standstill standstill, MeterRegistry meters) {
		this.verifier = verifier;
		this.standstill = standstill;
		this.leftBehind = meters.counter(Metrics.LEFT_BEHIND);
	}

	/** Passes requests of users, unless nobody waits for their answers any more. */
	public HandlerFilterFunction<ServerResponse, ServerResponse> users() {
		return (request, next) -> switch (verify(request)) {
			case Assertion.User(Caller caller, Instant signed) -> {
				request.attributes().put(CALLER, caller);
				CorrelationId.set(request.exchange(), caller.correlationId());
				yield this.standstill.leftBehind(signed) ? refuseLeftBehind() : next.handle(request);
			}
			case Assertion.Refused refused -> refuse(refused);
			case Assertion.Operator _ -> refuse(Assertion.Refused.INVALID_TOKEN);
		};
	}

	/** Passes requests of operators. */
	public HandlerFilterFunction<ServerResponse, ServerResponse> operators() {
		return (request, next) -> switch (verify(request)) {
			case Assertion.Operator operator -> {
				CorrelationId.set(request.exchange(), operator.correlationId());
				yield next.handle(request);
			}
			case Assertion.Refused refused -> refuse(refused);
			case Assertion.User _ -> refuse(Assertion.Refused.INVALID_TOKEN);
		};
	}

	/** Who asks, in a handler behind {@link #users()}. */
	public static Caller caller(ServerRequest request) {
		return (Caller) request.attribute(CALLER).orElseThrow();
	}

	/** Who asked, if it came to be known. */
	public static Optional<Caller> caller(ServerWebExchange exchange) {
		return Optional.ofNullable(exchange.getAttribute(CALLER));
	}

	/** How long the check took, in nanoseconds; 0 when there was none. */
	public static long nanos(ServerWebExchange exchange) {
		@Nullable Long nanos = exchange.getAttribute(NANOS);
		return (nanos != null) ? nanos : 0;
	}

	private Assertion verify(ServerRequest request) {
		long start = System.nanoTime();
		List<String> sent = request.exchange().getRequest().getHeaders().getOrEmpty(HEADER);
		Assertion assertion = switch (sent.size()) {
			case 0 -> Assertion.Refused.MISSING_AUTH;
			case 1 -> this.verifier.verify(sent.getFirst());
			default -> Assertion.Refused.INVALID_FORMAT;
		};
		request.attributes().put(NANOS, System.nanoTime() - start);
		return assertion;
	}

	private Mono<ServerResponse> refuseLeftBehind() {
		this.leftBehind.increment();
		return Mono.error(new ApiException(ErrorCode.SERVICE_UNAVAILABLE, "Too late to answer", RETRY_AFTER, null));
	}

	private static Mono<ServerResponse> refuse(Assertion.Refused reason) {
		return Mono.error(new ApiException(ErrorCode.INVALID_AUTH, reason.name()));
	}

}
