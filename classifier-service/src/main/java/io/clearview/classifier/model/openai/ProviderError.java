package io.clearview.classifier.model.openai;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.guard.Cause;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An error as a provider reports it, in any of the forms in use: an object or a text
 * {@code error}, in an array, at the top, or inside the answer of another provider.
 */
final class ProviderError {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final Set<String> NAMED = Set.of("code", "type", "status", "reason", "param", "name", "quotaId",
			"@type", "object");

	private static final int DEEPEST = 6;

	private static final int MOST_NAMES = 200;

	private static final int LONGEST_MESSAGE = 2_000;

	private final int status;

	private final Cause cause;

	/** Names of codes, types, reasons and properties, in lower case. */
	private final Set<String> names = new LinkedHashSet<>();

	private final String message;

	private final Duration wait;

	private ProviderError(int status, JsonNode error, Instant now) {
		this.status = status;
		collect(error, 0);
		String text = Stream.of("message", "detail", "error", "msg")
			.map((name) -> error.path(name).asString(""))
			.filter((it) -> !it.isBlank())
			.findFirst()
			.orElse(error.asString(""));
		this.message = text.substring(0, Math.min(text.length(), LONGEST_MESSAGE)).strip().toLowerCase(Locale.ROOT);
		this.cause = new Cause(status, name(error, List.of("code", "type", "status")), name(error, List.of("param")),
				"-");
		this.wait = WaitTime.in(error, this.message, now);
	}

	/**
	 * Reads the body of a status other than 2xx.
	 * @param now when it came
	 */
	static ProviderError of(int status, byte[] body, Instant now) {
		return new ProviderError(status, error(body), now);
	}

	/**
	 * The error in a body of status 200; {@code null} if there is none.
	 * @param now when it came
	 */
	static @Nullable ProviderError inside(byte[] body, Instant now) {
		JsonNode root = tree(body);
		JsonNode error = root.isArray() ? root.path(0).path("error") : root.path("error");
		boolean isError = (error.isObject() && !error.isEmpty()) || (error.isString() && !error.asString().isBlank());
		if (!isError || root.path("choices").path(0).path("message").path("content").isString()) {
			return null;
		}
		int code = error.path("code").asInt(0);
		return new ProviderError((code >= 400 && code < 600) ? code : 400, error, now);
	}

	private static JsonNode error(byte[] body) {
		JsonNode root = tree(body);
		JsonNode first = root.isArray() ? root.path(0) : root;
		JsonNode error = first.path("error");
		return ((error.isObject() && !error.isEmpty()) || error.isString()) ? error : first;
	}

	private static JsonNode tree(byte[] body) {
		try {
			JsonNode root = MAPPER.readTree(body);
			return (root != null) ? root : MAPPER.missingNode();
		}
		catch (JacksonException _) {
			return MAPPER.missingNode();
		}
	}

	/** The first that is given; words rather than numbers. */
	private static String name(JsonNode error, List<String> properties) {
		List<String> values = properties.stream()
			.map((property) -> error.path(property))
			.filter((value) -> value.isString() || value.isNumber())
			.map((value) -> value.asString())
			.filter((value) -> !value.isBlank())
			.toList();
		return values.stream()
			.filter((value) -> !Character.isDigit(value.charAt(0)))
			.findFirst()
			.orElse(values.isEmpty() ? "-" : values.getFirst());
	}

	private void collect(JsonNode node, int depth) {
		if (depth > DEEPEST || this.names.size() > MOST_NAMES) {
			return;
		}
		if (node.isArray()) {
			node.forEach((entry) -> collect(entry, depth + 1));
			return;
		}
		node.properties().forEach((property) -> {
			this.names.add(property.getKey().toLowerCase(Locale.ROOT));
			JsonNode value = property.getValue();
			if (NAMED.contains(property.getKey()) && (value.isString() || value.isNumber())) {
				this.names.add(value.asString().toLowerCase(Locale.ROOT));
			}
			else if (property.getKey().equals("raw") && value.isString()) {
				// what another provider answered to this one
				collect(tree(value.asString().getBytes(StandardCharsets.UTF_8)), depth + 1);
			}
			else {
				collect(value, depth + 1);
			}
		});
	}

	int status() {
		return this.status;
	}

	Cause cause() {
		return this.cause;
	}

	/** How long the body says to wait; zero if it does not. */
	Duration waitTime() {
		return this.wait;
	}

	/** Whether it is about the response format. */
	boolean isAboutFormat(Signals signals) {
		return Signals.in(signals.format(), this.names, this.message);
	}

	/** Whether it wants the other name of the token parameter. */
	boolean isAboutTokenParameter(Signals signals) {
		return Signals.in(signals.tokenParameter(), this.names, this.message)
				|| Set.of("max_tokens", "max_completion_tokens").contains(this.cause.parameter());
	}

	/** Whether the provider does not offer the model that was asked for. */
	boolean isAboutModel(Signals signals) {
		return Signals.in(signals.unknownModel(), this.names, this.message)
				|| (this.status == 404 && this.message.contains("model"));
	}

	/** Whether the address is not the one of chat completions. */
	boolean isAboutAddress(Signals signals) {
		return Signals.in(signals.unknownAddress(), this.names, this.message);
	}

	/** Which of {@code optional} parameters it does not support; {@code null} if none. */
	@Nullable String unsupported(Set<String> optional) {
		String named = this.cause.parameter();
		if (optional.contains(named)) {
			return named;
		}
		boolean complains = Stream
			.of("support", "unknown", "unrecognized", "unexpected", "not permitted", "not allowed", "deprecated",
					"invalid", "extra")
			.anyMatch(this.message::contains);
		return complains ? optional.stream()
			.filter((parameter) -> this.message.contains(parameter.toLowerCase(Locale.ROOT)))
			.findFirst()
			.orElse(null) : null;
	}

	/** Says whose fault it is; {@code null} if it may be anybody's. */
	@Nullable Fault fault(Signals signals) {
		boolean client = this.status < 500;
		if (this.status == 413) {
			// Groq reports a prompt that is too long as code rate_limit_exceeded
			return Fault.TOO_LONG;
		}
		if (client && Signals.surely(signals.quota(), this.names, this.message)) {
			return Fault.KEY_QUOTA;
		}
		if (this.status == 429 || (client && Signals.surely(signals.rateLimit(), this.names, this.message))) {
			return Fault.RATE_LIMIT;
		}
		if (this.status == 402 || (client && Signals.surely(signals.unpaid(), this.names, this.message))) {
			return Fault.UNPAID;
		}
		if (this.status == 401 || (client && Signals.surely(signals.badKey(), this.names, this.message))) {
			return Fault.BAD_KEY;
		}
		if (Signals.in(signals.tooLong(), this.names, this.message)) {
			return Fault.TOO_LONG;
		}
		if (Signals.in(signals.declined(), this.names, this.message)) {
			return Fault.DECLINED;
		}
		if (this.status == 503 && Signals.in(signals.loading(), this.names, this.message)) {
			return Fault.LOADING;
		}
		if (this.status >= 500 || this.status == 408 || this.status == 409 || this.status == 425) {
			return Fault.UNAVAILABLE;
		}
		if (Signals.in(signals.failedGeneration(), this.names, this.message)) {
			return Fault.UNREADABLE;
		}
		if (isAboutFormat(signals) || isAboutTokenParameter(signals)) {
			return Fault.UNSUPPORTED;
		}
		return (isAboutModel(signals) || isAboutAddress(signals)) ? Fault.MISCONFIGURED : null;
	}

}
