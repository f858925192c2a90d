package io.clearview.gateway.fallback;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.clearview.gateway.context.ClassifierResponse;
import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.kit.deadline.Deadlines;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreaker;
import org.springframework.cloud.client.circuitbreaker.ReactiveCircuitBreakerFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@code ClassifierBreaker=show_posts} or {@code =refuse}: a deadline and a circuit
 * breaker around the classifier, and what is answered when it is gone, late or broken.
 * {@code show_posts} answers 200 with every post allowed, because any other status makes
 * each client ask four times; {@code refuse} answers 503.
 * <p>
 * The stock {@code CircuitBreaker} filter is not used: its fallback is a forward to a
 * path that clients could call too, and reads the body a second time.
 */
@Component
final class ClassifierBreakerGatewayFilterFactory
		extends AbstractGatewayFilterFactory<ClassifierBreakerGatewayFilterFactory.Config> {

	private final ReactiveCircuitBreaker breaker;

	private final Duration deadline;

	/** The classifier that had so much time and did not respond has failed. */
	private final Duration blameable;

	private final Duration deadlineMargin;

	private final Duration retryAfter;

	private final PostsOfRequest posts;

	private final JsonMapper json;

	private final FailOpenMetrics counts;

	private final Clock clock;

	ClassifierBreakerGatewayFilterFactory(ReactiveCircuitBreakerFactory<?, ?> breakers, BreakerProperties properties,
			JsonMapper json, FailOpenMetrics counts, Clock clock) {
		super(Config.class);
		this.breaker = breakers.create(BreakerConfiguration.CLASSIFIER);
		this.deadline = properties.deadline();
		this.blameable = this.deadline.multipliedBy(9).dividedBy(10);
		this.deadlineMargin = properties.deadlineMargin();
		this.retryAfter = properties.openFor();
		this.posts = new PostsOfRequest(json);
		this.json = json;
		this.counts = counts;
		this.clock = clock;
	}

	@Override
	public List<String> shortcutFieldOrder() {
		return List.of("otherwise");
	}

	@Override
	public GatewayFilter apply(Config config) {
		boolean showPosts = config.getOtherwise() == Otherwise.SHOW_POSTS;
		return (exchange, chain) -> {
			long started = System.nanoTime();
			RequestContext context = RequestContext.of(exchange);
			Mono<ClassifierResponse> asked = chain.filter(exchange)
				.then(Mono.defer(() -> usable(context.classifierResponse())))
				.doFinally((_) -> context.report().classifier(System.nanoTime() - started));
			Mono<Result> result = this.breaker
				.run(inTime(context, asked), (thrown) -> Mono.<ClassifierResponse>error(thrown))
				.map(Result::of)
				.onErrorResume((thrown) -> Mono.just(new Result(null, thrown)));
			return forCaller(context, toItsEnd(context, result))
				.flatMap((ended) -> answer(exchange, ended, showPosts, started))
				.flatMap((given) -> given.write(exchange));
		};
	}

	/**
	 * Within what is left of the request's time. The classifier is to blame for being
	 * late only if it had nearly all of it.
	 */
	private Mono<ClassifierResponse> inTime(RequestContext context, Mono<ClassifierResponse> asked) {
		return Mono.defer(() -> {
			Duration left = context.left(this.deadline);
			if (!left.isPositive()) {
				return Mono.error(new OutOfTimeException());
			}
			Mono<ClassifierResponse> bounded = Deadlines.within(left, asked);
			return (left.compareTo(this.blameable) >= 0) ? bounded
					: bounded.onErrorMap(TimeoutException.class, (_) -> new OutOfTimeException());
		});
	}

	/**
	 * Within the caller's deadline, where it gave one; then the posts are pending, and
	 * the classifier goes on.
	 */
	private Mono<Result> forCaller(RequestContext context, Mono<Result> result) {
		Duration left = context.leftOfCallerDeadline(this.deadlineMargin);
		return (left == null) ? result : Deadlines.within(left, result)
			.onErrorResume(TimeoutException.class, (_) -> Mono.just(Result.PENDING));
	}

	private Mono<ClassifierResponse> answer(ServerWebExchange exchange, Result result, boolean showPosts,
			long started) {
		ClassifierResponse answer = result.answer();
		if (answer != null) {
			return Mono.just(answer);
		}
		Throwable thrown = result.thrown();
		if (thrown instanceof ApiException refusal) {
			return Mono.error(refusal);
		}
		return showPosts ? showPosts(exchange, thrown, started) : refuse();
	}

	/**
	 * Goes on when the client leaves, until the deadline at most. What the classifier
	 * finds out is kept for others; and a call that is cancelled just as it ends would
	 * take its connection away from the next one. The result is never an error, which
	 * nobody would be there to take.
	 */
	private static Mono<Result> toItsEnd(RequestContext body, Mono<Result> work) {
		return Mono.deferContextual((context) -> {
			body.retainBody();
			return Mono.fromFuture(work.doFinally((_) -> body.releaseBody()).contextWrite(context).toFuture(), true);
		});
	}

	/**
	 * A 5xx is no answer. Nor are 401, 403 and 404: they say that the classifier does not
	 * accept this gateway, of which the client knows nothing. Any other refusal that is
	 * not in JSON comes from the classifier's server, which could not read the request.
	 */
	private static Mono<ClassifierResponse> usable(@Nullable ClassifierResponse answer) {
		if (answer == null) {
			return Mono.error(new ClassifierFailedException(0));
		}
		HttpStatusCode status = answer.status();
		boolean usable = !status.is5xxServerError() && !status.isSameCodeAs(HttpStatus.UNAUTHORIZED)
				&& !status.isSameCodeAs(HttpStatus.FORBIDDEN) && !status.isSameCodeAs(HttpStatus.NOT_FOUND);
		if (usable && status.is4xxClientError() && !answer.isJson()) {
			return Mono.error(new ApiException(ErrorCode.INVALID_REQUEST, "The request cannot be understood"));
		}
		return usable ? Mono.just(answer) : Mono.error(new ClassifierFailedException(status.value()));
	}

	private Mono<ClassifierResponse> showPosts(ServerWebExchange exchange, @Nullable Throwable thrown, long started) {
		return Mono.fromSupplier(() -> {
			List<String> hashes = this.posts.hashes(RequestContext.of(exchange).body());
			this.counts.count(exchange, (thrown != null) ? FailOpenReason.of(thrown) : FailOpenReason.LATE,
					hashes.size());
			long durationMs = Duration.ofNanos(System.nanoTime() - started).toMillis();
			Instant now = this.clock.instant();
			FailOpenResponse shown = (thrown != null) ? FailOpenResponse.failedOpen(hashes, now, durationMs)
					: FailOpenResponse.pending(hashes, now, durationMs);
			return ClassifierResponse.instead(this.json.writeValueAsBytes(shown));
		});
	}

	private Mono<ClassifierResponse> refuse() {
		return Mono.error(
				new ApiException(ErrorCode.SERVICE_UNAVAILABLE, "Temporarily unavailable, try again", this.retryAfter));
	}

	/**
	 * How the classifier's call ended.
	 *
	 * @param answer its response; null when there is none
	 * @param thrown why not; null when it has not ended
	 */
	private record Result(@Nullable ClassifierResponse answer, @Nullable Throwable thrown) {

		static final Result PENDING = new Result(null, null);

		static Result of(ClassifierResponse answer) {
			return new Result(answer, null);
		}

	}

	/** What is answered instead of the classifier's answer. */
	enum Otherwise {

		SHOW_POSTS, REFUSE

	}

	/** The shortcut's argument. */
	static final class Config {

		private Otherwise otherwise = Otherwise.REFUSE;

		Otherwise getOtherwise() {
			return this.otherwise;
		}

		void setOtherwise(Otherwise otherwise) {
			this.otherwise = otherwise;
		}

	}

}
