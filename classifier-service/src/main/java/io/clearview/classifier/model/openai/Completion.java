package io.clearview.classifier.model.openai;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import io.clearview.classifier.model.TokenEstimate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What matters of a provider's answer.
 *
 * @param content what the model wrote; {@code null} if it wrote nothing
 * @param declined whether it says that it declines, or a filter stopped it
 * @param reasons whether it holds reasoning beside the content
 * @param finishReason why it ended; empty if the provider does not say
 * @param written estimated tokens of all that the model wrote, reasoning included
 * @param usage what the provider counted; {@code null} if it does not say
 */
record Completion(@Nullable String content, boolean declined, boolean reasons, String finishReason, long written,
		@Nullable TokenCounts usage) {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final Set<String> ENDED = Set.of("", "stop", "eos", "end_turn", "stop_sequence");

	private static final Set<String> CUT_OFF = Set.of("length", "max_tokens", "max_output_tokens", "model_length");

	private static final Set<String> DECLINED = Set.of("content_filter", "refusal", "safety", "prohibited_content",
			"blocklist", "recitation", "sensitive", "guardrail_intervened");

	/** Reads a body; {@code null} if it is none of a chat completion. */
	static @Nullable Completion read(byte[] body) {
		try {
			JsonNode root = MAPPER.readTree(Events.join(new String(body, StandardCharsets.UTF_8)));
			JsonNode choices = root.path("choices");
			if (!choices.isArray() && !choices.isNull()) {
				return null;
			}
			JsonNode choice = choices.path(0);
			JsonNode message = choice.path("message");
			String reason = choice.path("finish_reason").asString("").toLowerCase(Locale.ROOT);
			boolean declined = DECLINED.contains(reason) || !message.path("refusal").asString("").isBlank();
			String reasoning = Stream.of("reasoning_content", "reasoning", "thinking")
				.map((name) -> message.path(name).asString(""))
				.filter((text) -> !text.isBlank())
				.findFirst()
				.orElse("");
			String content = text(message.path("content"));
			long written = TokenEstimate.estimate((content != null) ? content : "") + TokenEstimate.estimate(reasoning)
					+ TokenEstimate.estimate(message.path("refusal").asString(""));
			return new Completion(content, declined, !reasoning.isEmpty(), reason, written,
					TokenCounts.read(root.path("usage")));
		}
		catch (JacksonException _) {
			return null;
		}
	}

	/** What the model wrote; empty if it wrote nothing. */
	String text() {
		return (this.content != null) ? this.content : "";
	}

	/** Whether the model ended by itself. */
	boolean whole() {
		return ENDED.contains(this.finishReason);
	}

	/** Whether the answer had not enough room. */
	boolean cutOff() {
		return CUT_OFF.contains(this.finishReason);
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

}
