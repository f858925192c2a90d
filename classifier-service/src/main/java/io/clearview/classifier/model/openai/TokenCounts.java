package io.clearview.classifier.model.openai;

import java.util.stream.Stream;

import io.clearview.classifier.model.guard.TokenUsage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Tokens of a response as its provider counted them, under any of the names in use. What
 * is not given is 0.
 *
 * @param prompt of the question, the cached ones included
 * @param cached of the question
 * @param completion of the answer, with its reasoning as far as that is told
 * @param total of both
 */
record TokenCounts(long prompt, long cached, long completion, long total) {

	/** Reads {@code usage}; {@code null} if it counts nothing. */
	static @Nullable TokenCounts read(JsonNode usage) {
		long prompt = first(usage, "prompt_tokens", "input_tokens");
		long cached = Math.max(usage.path("prompt_tokens_details").path("cached_tokens").asLong(0),
				first(usage, "prompt_cache_hit_tokens", "cached_tokens"));
		long completion = first(usage, "completion_tokens", "output_tokens");
		long reasoning = usage.path("completion_tokens_details").path("reasoning_tokens").asLong(0);
		// reasoning beside the completion, not as a part of it
		long answer = (reasoning > completion) ? completion + reasoning : completion;
		long total = first(usage, "total_tokens");
		return (prompt + answer + total > 0) ? new TokenCounts(prompt, cached, answer, total) : null;
	}

	/**
	 * What is billed. Some providers leave reasoning out of the completion's count, but
	 * not of the total.
	 * @param estimated tokens of the question, for a provider that does not count them
	 */
	TokenUsage billed(long estimated) {
		long known = (this.prompt > 0) ? this.prompt : estimated;
		return new TokenUsage(known, Math.min(this.cached, known), Math.max(this.completion, this.total - known));
	}

	private static long first(JsonNode usage, String... names) {
		return Stream.of(names)
			.mapToLong((name) -> usage.path(name).asLong(0))
			.filter((count) -> count > 0)
			.findFirst()
			.orElse(0);
	}

}
