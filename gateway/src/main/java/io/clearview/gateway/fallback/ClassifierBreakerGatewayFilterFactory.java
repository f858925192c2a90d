package io.clearview.gateway.fallback;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.gateway.request.RequestBody;
import io.clearview.gateway.telemetry.RequestReport;
import io.clearview.gateway.upstream.ClassifierAnswer;
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

	private final Duration retryAfter;

	private final PostsOfRequest posts;

	private final JsonMapper json;

	private final FailOpenCounts counts;

	private final Clock clock;

	ClassifierBreakerGatewayFilterFactory(ReactiveCircuitBreakerFactory<?, ?> breakers, BreakerProperties properties,
			JsonMapper json, FailOpenCounts counts, Clock clock) {
		super(Config.class);
		this.breaker = breakers.create(BreakerConfiguration.CLASSIFIER);
		this.deadline = properties.deadline();
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
			RequestReport report = RequestReport.of(exchange);
			Mono<ClassifierAnswer> asked = chain.filter(exchange)
				.then(Mono.defer(() -> usable(ClassifierAnswer.of(exchange))))
				.doFinally((_) -> report.classifier(System.nanoTime() - started));
			Mono<ClassifierAnswer> answer = this.breaker.run(Deadlines.within(this.deadline, asked),
					(thrown) -> showPosts ? showPosts(exchange, thrown, started) : refuse());
			return toItsEnd(answer).flatMap((given) -> given.write(exchange));
		};
	}

	/**
	 * Goes on when the client leaves, until the deadline at most. What the classifier
	 * finds out is kept for others; and a call that is cancelled just as it ends would
	 * take its connection away from the next one.
	 */
	private static <T> Mono<T> toItsEnd(Mono<T> work) {
		return Mono.deferContextual((context) -> Mono.fromFuture(work.contextWrite(context).toFuture(), true));
	}

	/**
	 * A 5xx is no answer. Nor are 401, 403 and 404: they say that the classifier does not
	 * accept this gateway, of which the client knows nothing.
	 */
	private static Mono<ClassifierAnswer> usable(@Nullable ClassifierAnswer answer) {
		if (answer == null) {
			return Mono.error(new ClassifierFailedException(0));
		}
		HttpStatusCode status = answer.status();
		boolean usable = !status.is5xxServerError() && !status.isSameCodeAs(HttpStatus.UNAUTHORIZED)
				&& !status.isSameCodeAs(HttpStatus.FORBIDDEN) && !status.isSameCodeAs(HttpStatus.NOT_FOUND);
		return usable ? Mono.just(answer) : Mono.error(new ClassifierFailedException(status.value()));
	}

	private Mono<ClassifierAnswer> showPosts(ServerWebExchange exchange, Throwable thrown, long started) {
		return Mono.fromSupplier(() -> {
			List<String> hashes = this.posts.hashes(RequestBody.of(exchange));
			this.counts.count(exchange, FailOpenReason.of(thrown), hashes.size());
			long durationMs = Duration.ofNanos(System.nanoTime() - started).toMillis();
			return ClassifierAnswer
				.instead(this.json.writeValueAsBytes(EverythingShown.of(hashes, this.clock.instant(), durationMs)));
		});
	}

	private Mono<ClassifierAnswer> refuse() {
		return Mono.error(
				new ApiException(ErrorCode.SERVICE_UNAVAILABLE, "Temporarily unavailable, try again", this.retryAfter));
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
