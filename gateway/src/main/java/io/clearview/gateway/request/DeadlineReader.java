package io.clearview.gateway.request;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads {@code deadlineMs} from the body of a request, in one pass and without building
 * anything of the rest. What is wrong with it is for the classifier to say.
 */
final class DeadlineReader {

	private static final String NAME = "deadlineMs";

	private static final byte[] NAME_BYTES = NAME.getBytes(StandardCharsets.US_ASCII);

	private static final int LONGEST_MS = 7_000;

	private final JsonMapper json;

	DeadlineReader(JsonMapper json) {
		this.json = json;
	}

	/** The caller's deadline; null when there is none or it breaks the contract. */
	@Nullable Duration read(byte[] body) {
		if (!mayName(body)) {
			return null;
		}
		try (JsonParser parser = this.json.createParser(body)) {
			return read(parser);
		}
		catch (JacksonException _) {
			return null;
		}
	}

	private static @Nullable Duration read(JsonParser parser) {
		if (parser.nextToken() != JsonToken.START_OBJECT) {
			return null;
		}
		Duration deadline = null;
		// the last one counts where there are several
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			boolean wanted = NAME.equals(parser.currentName());
			JsonToken value = parser.nextToken();
			if (wanted) {
				deadline = (value == JsonToken.VALUE_NUMBER_INT) ? inBounds(parser) : null;
			}
			parser.skipChildren();
		}
		return deadline;
	}

	private static @Nullable Duration inBounds(JsonParser parser) {
		// text, because a number may be longer than any integer
		String digits = parser.getString();
		if (digits.length() > 4 || digits.startsWith("-")) {
			return null;
		}
		int millis = Integer.parseInt(digits);
		return (millis <= LONGEST_MS) ? Duration.ofMillis(millis) : null;
	}

	/** Whether the name stands anywhere in it; an escape may hide it. */
	private static boolean mayName(byte[] body) {
		for (int i = 0; i < body.length - 1; i++) {
			if (body[i] == '\\' && body[i + 1] == 'u') {
				return true;
			}
			if (body[i] == 'd' && matches(body, i)) {
				return true;
			}
		}
		return false;
	}

	private static boolean matches(byte[] body, int from) {
		if (from + NAME_BYTES.length > body.length) {
			return false;
		}
		for (int i = 1; i < NAME_BYTES.length; i++) {
			if (body[from + i] != NAME_BYTES[i]) {
				return false;
			}
		}
		return true;
	}

}
