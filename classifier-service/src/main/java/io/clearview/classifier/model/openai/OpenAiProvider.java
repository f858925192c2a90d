package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.TokenEstimate;
import io.clearview.classifier.model.guard.Cause;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.Provider;
import io.clearview.classifier.model.guard.ProviderException;
import io.clearview.classifier.model.guard.ProviderResponse;
import io.clearview.classifier.model.guard.TokenUsage;
import org.jspecify.annotations.Nullable;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Mono;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * Asks an endpoint that speaks OpenAI's chat completions. One try may take several
 * requests: a key that is refused or exhausted is followed by the next, a way of asking
 * that is refused by another, and a connection that broke before anything came back by a
 * new one.
 */
final class OpenAiProvider implements Provider {

	private static final int MOST_REQUESTS = 8;

	private final ChatApi api;

	private final OpenAiProperties properties;

	private final Prompt prompt;

	private final ApiKeys keys;

	private final Price price;

	private final RequestShape shape;

	private final Failures failures;

	private final Advice advice;

	private final Clock clock;

	OpenAiProvider(ChatApi api, OpenAiProperties properties, Prompt prompt, ApiKeys keys, Price price,
			Failures failures, Clock clock) {
		this.api = api;
		this.properties = properties;
		this.prompt = prompt;
		this.keys = keys;
		this.price = price;
		this.shape = new RequestShape(properties, failures, clock);
		this.failures = failures;
		this.advice = new Advice(properties);
		this.clock = clock;
	}

	@Override
	public Mono<ProviderResponse> ask(String preference, List<String> posts) {
		return Mono.defer(() -> new Question(this.prompt.message(preference, posts), posts.size())
			.send(this.shape.formats().current(), 1, false));
	}

	@Override
	public Duration cooldown() {
		return this.keys.untilUsable(this.clock.millis());
	}

	@Override
	public TokenUsage estimate(String preference, List<String> posts) {
		return this.prompt.estimate(preference, posts);
	}

	@Override
	public long costNanos(TokenUsage usage) {
		return this.price.nanos(usage.prompt(), usage.cached(), usage.completion());
	}

	@Override
	public String name() {
		return this.properties.name();
	}

	@Override
	public String promptVersion() {
		return this.prompt.version();
	}

	/** One message, until it is answered. */
	private final class Question {

		private final String message;

		private final int posts;

		Question(String message, int posts) {
			this.message = message;
			this.posts = posts;
		}

		/**
		 * Sends a request.
		 * @param requests how many it makes with this one
		 * @param resent whether one was sent again already because its connection broke
		 */
		private Mono<ProviderResponse> send(AnswerFormat format, int requests, boolean resent) {
			ApiKey key = OpenAiProvider.this.keys.pick(now());
			if (key == null) {
				Duration wait = OpenAiProvider.this.keys.untilUsable(now());
				return Mono.error(new ProviderException(Fault.KEYS_COOLING, wait, requests - 1, TokenUsage.NONE,
						"all API keys cool down"));
			}
			Sent sent = new Sent(this, format, key, requests, resent);
			Map<String, Object> request = OpenAiProvider.this.shape.request(format,
					OpenAiProvider.this.prompt.instructions(), this.message, this.posts);
			return OpenAiProvider.this.api
				.complete(key.headers(OpenAiProvider.this.properties.chosenProfile()), request)
				.switchIfEmpty(Mono.fromSupplier(() -> new byte[0]))
				.flatMap(sent::answered)
				.onErrorResume(WebClientResponseException.class, sent::refused)
				.onErrorResume((fault) -> !(fault instanceof ProviderException), sent::broken);
		}

		private long now() {
			return OpenAiProvider.this.clock.millis();
		}

	}

	/** One request, and what becomes of it. */
	private final class Sent {

		private final Question question;

		private final AnswerFormat format;

		private final ApiKey key;

		private final int requests;

		private final boolean resent;

		Sent(Question question, AnswerFormat format, ApiKey key, int requests, boolean resent) {
			this.question = question;
			this.format = format;
			this.key = key;
			this.requests = requests;
			this.resent = resent;
		}

		private Mono<ProviderResponse> answered(byte[] body) {
			ProviderError error = ProviderError.inside(body, OpenAiProvider.this.clock.instant());
			if (error != null) {
				return failed(error, Duration.ZERO);
			}
			Completion completion = Completion.read(body);
			if (completion == null) {
				return Mono.error(failure(Fault.NO_COMPLETION, Cause.finish("-"), TokenUsage.NONE,
						"the body is no chat completion: " + OpenAiProvider.this.advice.onAddress()));
			}
			OpenAiProvider.this.keys.accepted(this.key, this.question.now());
			TokenUsage usage = usage(completion);
			String text = completion.text();
			Cause cause = Cause.finish(completion.finishReason());
			if (completion.declined()) {
				return Mono.error(failure(Fault.DECLINED, cause, usage, ""));
			}
			if (!completion.whole() || text.isBlank()) {
				if (completion.cutOff()) {
					OpenAiProvider.this.shape.needsRoom();
				}
				return Mono.error(failure(Fault.INCOMPLETE, cause, usage, Advice.onIncomplete(completion)));
			}
			TokenCounts counts = completion.usage();
			if (counts != null && counts.prompt() > 0
					&& counts.prompt() < TokenEstimate.atLeast(this.question.message)) {
				return Mono.error(failure(Fault.PROMPT_CUT, cause, usage,
						"the provider read fewer tokens than were sent; give the model a larger context (num_ctx)"));
			}
			Map<Integer, Label> labels = AnswerReader.read(text, this.question.posts);
			if (labels.isEmpty()) {
				Fault fault = Refusals.isRefusal(text) ? Fault.DECLINED : Fault.UNREADABLE;
				return Mono.error(failure(fault, cause, usage, Advice.onUnlabelled(fault)));
			}
			OpenAiProvider.this.keys.worked(this.key, this.question.now());
			OpenAiProvider.this.shape.formats().works(this.format);
			return Mono.just(new ProviderResponse(labels, usage, this.requests));
		}

		private TokenUsage usage(Completion completion) {
			long question = TokenEstimate.estimate(OpenAiProvider.this.prompt.instructions())
					+ TokenEstimate.estimate(this.question.message);
			TokenCounts counts = completion.usage();
			return (counts != null) ? counts.billed(question) : new TokenUsage(question, 0, completion.written());
		}

		private Mono<ProviderResponse> refused(WebClientResponseException refusal) {
			int status = refusal.getStatusCode().value();
			if (status < 300) {
				return broken((refusal.getCause() != null) ? refusal.getCause() : refusal);
			}
			Instant now = OpenAiProvider.this.clock.instant();
			return failed(ProviderError.of(status, refusal.getResponseBodyAsByteArray(), now),
					RetryAfter.of(refusal.getHeaders(), now));
		}

		private Mono<ProviderResponse> failed(ProviderError error, Duration header) {
			Signals signals = OpenAiProvider.this.properties.signals();
			Fault fault = fault(error, signals);
			Duration told = header.isZero() ? error.waitTime() : header;
			long now = this.question.now();
			switch (fault.owner()) {
				case POST, ANSWER -> OpenAiProvider.this.keys.accepted(this.key, now);
				default -> OpenAiProvider.this.keys.coolDown(this.key, fault, error.cause(), told, now);
			}
			Duration wait = (fault.cooldown() == Fault.Cooldown.NONE) ? told
					: OpenAiProvider.this.keys.untilUsable(now);
			boolean format = fault == Fault.UNSUPPORTED && isFormat(error, signals);
			ProviderException failure = format ? unlogged(fault, error, wait) : failure(fault, error.cause(), wait,
					TokenUsage.NONE,
					OpenAiProvider.this.advice.on(fault, error, OpenAiProvider.this.shape.named(error), this.key));
			return switch (fault.then()) {
				case NEXT_KEY -> another(failure);
				case ADAPT -> adapt(error, signals, failure);
				default -> Mono.error(failure);
			};
		}

		/**
		 * Whether another format is tried. Whether that helps is known, and logged, when
		 * labels come.
		 */
		private boolean isFormat(ProviderError error, Signals signals) {
			return error.isAboutFormat(signals)
					|| (!error.isAboutTokenParameter(signals) && OpenAiProvider.this.shape.named(error) == null);
		}

		private ProviderException unlogged(Fault fault, ProviderError error, Duration wait) {
			OpenAiProvider.this.failures.counted(fault, error.cause());
			return exception(fault, error.cause(), wait, TokenUsage.NONE, "");
		}

		/** An error that may be anybody's is a post's only while others are labelled. */
		private Fault fault(ProviderError error, Signals signals) {
			Fault fault = error.fault(signals);
			if (fault != null) {
				return fault;
			}
			boolean lately = OpenAiProvider.this.keys.workedLately(this.key, this.question.now());
			if (OpenAiProvider.this.shape.named(error) != null) {
				return Fault.UNSUPPORTED;
			}
			if (lately) {
				return Fault.REJECTED;
			}
			return switch (error.status()) {
				case 403 -> Fault.BAD_KEY;
				case 400, 422 ->
					OpenAiProvider.this.shape.formats().isProven(this.format) ? Fault.MISCONFIGURED : Fault.UNSUPPORTED;
				default -> Fault.MISCONFIGURED;
			};
		}

		private Mono<ProviderResponse> another(ProviderException failure) {
			boolean worth = this.requests < MOST_REQUESTS
					&& OpenAiProvider.this.keys.untilUsable(this.question.now()).isZero();
			return worth ? this.question.send(this.format, this.requests + 1, this.resent) : Mono.error(failure);
		}

		private Mono<ProviderResponse> adapt(ProviderError error, Signals signals, ProviderException failure) {
			if (this.requests >= MOST_REQUESTS) {
				return Mono.error(failure);
			}
			if (!error.isAboutFormat(signals) && OpenAiProvider.this.shape.adapt(error, signals)) {
				return this.question.send(this.format, this.requests + 1, this.resent);
			}
			AnswerFormat next = OpenAiProvider.this.shape.formats().after(this.format);
			if (next != null) {
				return this.question.send(next, this.requests + 1, this.resent);
			}
			OpenAiProvider.this.keys.coolDown(this.key, Fault.MISCONFIGURED, error.cause(), Duration.ZERO,
					this.question.now());
			return Mono.error(failure(Fault.MISCONFIGURED, error.cause(), TokenUsage.NONE,
					OpenAiProvider.this.advice.on(Fault.MISCONFIGURED, error, null, this.key)));
		}

		private Mono<ProviderResponse> broken(Throwable fault) {
			return switch (fault) {
				case DataBufferLimitException _, DecodingException _ ->
					Mono.error(failure(Fault.NO_COMPLETION, Cause.NONE, TokenUsage.NONE,
							"the body is too long or not decodable: " + OpenAiProvider.this.advice.onAddress()));
				case WebClientRequestException request when isOwnPool(request.getCause()) ->
					Mono.error(new ProviderException(Fault.NO_TIME, Duration.ZERO, this.requests - 1, TokenUsage.NONE,
							"no connection was free"));
				case WebClientRequestException request when !this.resent && Advice.isBroken(request.getCause()) ->
					this.question.send(this.format, this.requests + 1, true);
				default ->
					Mono.error(noAnswer((fault instanceof WebClientRequestException) ? fault.getCause() : fault));
			};
		}

		private ProviderException noAnswer(@Nullable Throwable fault) {
			Cause cause = Advice.cause(fault);
			return failure(Fault.UNAVAILABLE, cause, TokenUsage.NONE, OpenAiProvider.this.advice.onNoAnswer(cause));
		}

		private static boolean isOwnPool(@Nullable Throwable cause) {
			return cause instanceof PoolAcquireTimeoutException || cause instanceof PoolAcquirePendingLimitException;
		}

		private ProviderException failure(Fault fault, Cause cause, TokenUsage usage, String advice) {
			return failure(fault, cause, Duration.ZERO, usage, advice);
		}

		private ProviderException failure(Fault fault, Cause cause, Duration wait, TokenUsage usage, String advice) {
			OpenAiProvider.this.failures.failed(fault, cause, advice);
			return exception(fault, cause, wait, usage, advice);
		}

		private ProviderException exception(Fault fault, Cause cause, Duration wait, TokenUsage usage, String advice) {
			return new ProviderException(fault, wait, this.requests, usage, Failures.text(fault, cause, advice));
		}

	}

}
