package io.clearview.classifier.model.openai;

import java.util.Locale;

import io.clearview.classifier.model.guard.Usage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What matters of a provider's answer.
 *
 * @param content what the model wrote; {@code null} if it refused to
 * @param finishReason why it ended; empty if the provider does not say
 * @param usage what the provider counted; {@code null} if it does not say
 */
record Completion(@Nullable String content, String finishReason, @Nullable Usage usage) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	/** Reads a body; {@code null} if it is none of a chat completion. */
	static @Nullable Completion read(byte[] body) {
		try {
			JsonNode root = MAPPER.readTree(body);
			JsonNode choice = root.path("choices").path(0);
			JsonNode message = choice.path("message");
			return message.isObject() ? new Completion(text(message.path("content")),
					choice.path("finish_reason").asString(""), usage(root.path("usage"))) : null;
		}
		catch (JacksonException _) {
			return null;
		}
	}

	/** Whether the model ended by itself. */
	boolean whole() {
		return switch (this.finishReason.toLowerCase(Locale.ROOT)) {
			case "", "stop", "eos", "end_turn", "stop_sequence" -> true;
			default -> false;
		};
	}

	private static @Nullable String text(JsonNode content) {
		if (content.isString()) {
			return content.asString();
		}
		StringBuilder parts = new StringBuilder();
		content.forEach((part) -> {
			String type = part.path("type").asString("text");
			if (type.equals("text") || type.equals("output_text")) {
				parts.append(part.path("text").asString(""));
			}
		});
		return parts.isEmpty() ? null : parts.toString();
	}

	private static @Nullable Usage usage(JsonNode usage) {
		long prompt = usage.path("prompt_tokens").asLong(0);
		if (prompt <= 0) {
			return null;
		}
		long cached = usage.path("prompt_tokens_details").path("cached_tokens").asLong(0);
		return new Usage(prompt, Math.clamp(cached, 0, prompt), completion(usage, prompt));
	}

	/** Some providers leave the tokens of reasoning out of the completion's count. */
	private static long completion(JsonNode usage, long prompt) {
		return Math.max(Math.max(0, usage.path("completion_tokens").asLong(0)),
				usage.path("total_tokens").asLong(0) - prompt);
	}

}
