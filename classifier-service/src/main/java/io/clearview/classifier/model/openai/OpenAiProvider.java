package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.Tokens;
import io.clearview.classifier.model.guard.Answer;
import io.clearview.classifier.model.guard.Provider;
import io.clearview.classifier.model.guard.ProviderException;
import io.clearview.classifier.model.guard.Usage;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Mono;

/**
 * Asks an endpoint that speaks OpenAI's chat completions. One try may take several
 * requests: a key that is refused or exhausted is followed by the next, a way of asking
 * for JSON that is refused by a simpler one.
 */
final class OpenAiProvider implements Provider {

	private static final int MOST_REQUESTS = 5;

	private final ChatApi api;

	private final OpenAiProperties properties;

	private final Prompt prompt;

	private final KeyRing keys;

	private final Price price;

	private final FormatMemory formats;

	private final Clock clock;

	OpenAiProvider(ChatApi api, OpenAiProperties properties, Prompt prompt, KeyRing keys, Price price, Clock clock) {
		this.api = api;
		this.properties = properties;
		this.prompt = prompt;
		this.keys = keys;
		this.price = price;
		this.formats = new FormatMemory(clock);
		this.clock = clock;
	}

	@Override
	public Mono<Answer> ask(String preference, List<String> posts) {
		return Mono.defer(() -> new Question(this.prompt.message(preference, posts), posts.size())
			.send(this.formats.current(), 1));
	}

	@Override
	public Usage estimate(String preference, List<String> posts) {
		return this.prompt.estimate(preference, posts);
	}

	@Override
	public long costNanos(Usage usage) {
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

		Mono<Answer> send(AnswerFormat format, int requests) {
			ApiKey key = OpenAiProvider.this.keys.pick(now());
			if (key == null) {
				Duration wait = OpenAiProvider.this.keys.untilUsable(now());
				return Mono.error(ProviderException.passing(Kind.UNAVAILABLE, wait, requests - 1, "all API keys rest"));
			}
			return OpenAiProvider.this.api.complete(key.authorization(), request(format)).map((body) -> {
				OpenAiProvider.this.keys.worked(key, now());
				OpenAiProvider.this.formats.works(format);
				return read(body, requests);
			})
				.switchIfEmpty(Mono.error(() -> garbage(requests, "an empty body")))
				.onErrorResume(WebClientResponseException.class, (refusal) -> refused(refusal, format, key, requests))
				.onErrorMap((fault) -> !(fault instanceof ProviderException), (fault) -> broken(fault, requests));
		}

		private Map<String, Object> request(AnswerFormat format) {
			Map<String, Object> request = new LinkedHashMap<>();
			request.put("model", OpenAiProvider.this.properties.name());
			request.put("messages",
					List.of(Map.of("role", "system", "content", OpenAiProvider.this.prompt.instructions()),
							Map.of("role", "user", "content", this.message)));
			request.put(OpenAiProvider.this.properties.maxTokensParameter(), Prompt.mostAnswerTokens(this.posts));
			request.putAll(OpenAiProvider.this.properties.parameters());
			Map<String, Object> responseFormat = format.parameter();
			if (responseFormat != null) {
				request.put("response_format", responseFormat);
			}
			return request;
		}

		private Answer read(byte[] body, int requests) {
			Completion completion = Completion.read(body);
			if (completion == null) {
				throw garbage(requests, "no chat completion");
			}
			String content = (completion.content() != null) ? completion.content() : "";
			Usage usage = completion.usage();
			if (usage == null) {
				usage = new Usage(
						Tokens.estimate(OpenAiProvider.this.prompt.instructions()) + Tokens.estimate(this.message), 0,
						Tokens.estimate(content));
			}
			if (!completion.whole()) {
				throw ProviderException.lasting(Kind.GARBAGE, requests, usage, "an answer that was cut off");
			}
			Map<Integer, Label> labels = AnswerReader.read(content, this.posts);
			if (labels.isEmpty()) {
				throw ProviderException.lasting(Kind.GARBAGE, requests, usage, "an answer without labels");
			}
			return new Answer(labels, usage, requests);
		}

		private Mono<Answer> refused(WebClientResponseException refusal, AnswerFormat format, ApiKey key,
				int requests) {
			int status = refusal.getStatusCode().value();
			if (status < 300) {
				Throwable cause = (refusal.getCause() != null) ? refusal.getCause() : refusal;
				return Mono.error(broken(cause, requests));
			}
			Duration retryAfter = RetryAfter.of(refusal.getHeaders(), OpenAiProvider.this.clock.instant());
			String message = "status " + status;
			return switch (status) {
				case 401, 403 -> {
					OpenAiProvider.this.keys.refused(key, status, now());
					yield another(format, requests,
							ProviderException.lasting(Kind.UNAVAILABLE, requests, Usage.NONE, message));
				}
				case 429 -> {
					OpenAiProvider.this.keys.exhausted(key, retryAfter, now());
					yield another(format, requests, ProviderException.passing(Kind.UNAVAILABLE,
							OpenAiProvider.this.keys.untilUsable(now()), requests, message));
				}
				case 400, 422 -> {
					AnswerFormat next = format.next();
					yield (next != null) ? send(next, requests + 1)
							: Mono.error(ProviderException.lasting(Kind.UNAVAILABLE, requests, Usage.NONE, message));
				}
				default -> Mono.error((status >= 500 || status == 408 || status == 409)
						? ProviderException.passing(Kind.UNAVAILABLE, retryAfter, requests, message)
						: ProviderException.lasting(Kind.UNAVAILABLE, requests, Usage.NONE, message));
			};
		}

		/** With another key, if one is to be had. */
		private Mono<Answer> another(AnswerFormat format, int requests, ProviderException otherwise) {
			boolean worth = requests < MOST_REQUESTS && OpenAiProvider.this.keys.pick(now()) != null;
			return worth ? send(format, requests + 1) : Mono.error(otherwise);
		}

		private ProviderException broken(Throwable fault, int requests) {
			return switch (fault) {
				case DataBufferLimitException _, DecodingException _ ->
					garbage(requests, "a body that is too long or not decodable");
				default -> ProviderException.passing(Kind.UNAVAILABLE, Duration.ZERO, requests,
						"no answer: " + fault.getClass().getSimpleName());
			};
		}

		private ProviderException garbage(int requests, String what) {
			return ProviderException.lasting(Kind.GARBAGE, requests, Usage.NONE, what);
		}

		private long now() {
			return OpenAiProvider.this.clock.millis();
		}

	}

}
