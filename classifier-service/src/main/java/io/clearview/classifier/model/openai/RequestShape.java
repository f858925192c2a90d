package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.clearview.classifier.model.guard.Failures;
import org.jspecify.annotations.Nullable;

/**
 * Which parameters a request has. Begins with what profile and configuration say, and
 * learns from errors what the provider does not support.
 */
final class RequestShape {

	private static final long MOST_ROOM = 8_192;

	private static final long FIRST_ROOM = 1_024;

	private final String model;

	private final Map<String, Object> parameters;

	private final FormatMemory formats;

	private final Set<String> unsupported = ConcurrentHashMap.newKeySet();

	private volatile String tokenParameter;

	private volatile boolean tokenParameterChanged;

	private volatile long room;

	RequestShape(OpenAiProperties properties, Failures failures, Clock clock) {
		Profile profile = properties.chosenProfile();
		boolean reasons = profile.reasons(properties.name());
		Map<String, Object> merged = new LinkedHashMap<>(profile.parameters());
		if (reasons) {
			profile.reasoningLeaveOut().forEach(merged::remove);
		}
		merged.putAll(properties.parameters());
		merged.values().removeIf((value) -> value instanceof String text && text.isBlank());
		this.model = properties.name();
		this.parameters = OpenAiProperties.typed(merged);
		this.formats = new FormatMemory(profile.formats(), failures, clock);
		this.tokenParameter = properties.tokenParameter();
		this.room = reasons ? profile.reasoningRoom() : 0;
	}

	/** How labels are asked for at the moment. */
	FormatMemory formats() {
		return this.formats;
	}

	Map<String, Object> request(AnswerFormat format, String instructions, String message, int posts) {
		Map<String, Object> request = new LinkedHashMap<>();
		request.put("model", this.model);
		request.put("messages",
				List.of(Map.of("role", "system", "content", instructions), Map.of("role", "user", "content", message)));
		request.put("stream", false);
		request.put(this.tokenParameter, Prompt.mostAnswerTokens(posts) + this.room);
		request.putAll(this.parameters);
		Map<String, Object> responseFormat = format.parameter();
		if (responseFormat != null) {
			request.put("response_format", responseFormat);
		}
		this.unsupported.forEach(request::remove);
		return request;
	}

	/**
	 * Changes the shape as an error demands.
	 * @return whether there is something left to try, with the same format
	 */
	boolean adapt(ProviderError error, Signals signals) {
		if (error.isAboutTokenParameter(signals) && !this.tokenParameterChanged) {
			this.tokenParameter = this.tokenParameter.equals("max_tokens") ? "max_completion_tokens" : "max_tokens";
			this.tokenParameterChanged = true;
			return true;
		}
		String parameter = error.unsupported(optional());
		return parameter != null && this.unsupported.add(parameter);
	}

	/** Whether {@code error} names a parameter that can be left out. */
	@Nullable String named(ProviderError error) {
		return error.unsupported(optional());
	}

	private Set<String> optional() {
		List<String> names = new ArrayList<>(this.parameters.keySet());
		names.add("stream");
		return Set.copyOf(names);
	}

	/** An answer had not enough room. */
	void needsRoom() {
		this.room = Math.min(MOST_ROOM, Math.max(FIRST_ROOM, 2 * this.room));
	}

}
