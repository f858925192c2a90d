package io.clearview.classifier.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.clearview.classifier.error.ApiException;
import io.clearview.classifier.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a body token by token, so that nothing is built of what is not wanted, and checks
 * it on the way. Refusals name the field and what was expected, never what was sent.
 */
final class ClassifyReader {

	static final int LARGEST_BODY = 102_400;

	private static final int MOST_POSTS = 50;

	private static final int LONGEST_CONTENT = 10_000;

	private static final int SHORTEST_HASH = 5;

	private static final int LONGEST_HASH = 100;

	private static final int LONGEST_PREFERENCE = 2_000;

	private static final int LATEST_DEADLINE = 7_000;

	private static final int LONGEST_IDEMPOTENCY_KEY = 64;

	private static final int DEEPEST = 32;

	private final JsonFactory json = JsonFactory.builder()
		.disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxDocumentLength(LARGEST_BODY)
			.maxStringLength(LARGEST_BODY)
			.maxNameLength(1_000)
			.maxNumberLength(100)
			.maxNestingDepth(DEEPEST)
			.build())
		.build();

	/**
	 * Reads a body.
	 * @throws ApiException when it is not as the contract has it
	 */
	ClassifyRequest read(byte[] body, @Nullable String idempotencyKey) {
		if (idempotencyKey != null && idempotencyKey.length() > LONGEST_IDEMPOTENCY_KEY) {
			throw invalid("Invalid header Idempotency-Key: must be at most 64 characters");
		}
		CharBuffer text = decode(body);
		try (JsonParser parser = this.json.createParser(text.array(), text.arrayOffset() + text.position(),
				text.remaining())) {
			return request(parser, (idempotencyKey != null && !idempotencyKey.isBlank()) ? idempotencyKey : null);
		}
		catch (StreamConstraintsException _) {
			throw invalid("Invalid request: must be nested at most " + DEEPEST
					+ " levels, with names of at most 1,000 characters and numbers of at most 100 digits");
		}
		catch (JacksonException ex) {
			TokenStreamLocation where = ex.getLocation();
			throw new ApiException(ErrorCode.INVALID_JSON,
					(where != null) ? "Body is not JSON: line " + where.getLineNr() + ", column " + where.getColumnNr()
							: "Body is not JSON");
		}
	}

	/** Strictly: the parser's own decoder lets overlong forms and surrogates pass. */
	private static CharBuffer decode(byte[] body) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
		}
		catch (CharacterCodingException _) {
			throw new ApiException(ErrorCode.INVALID_JSON, "Body is not UTF-8");
		}
	}

	private static ClassifyRequest request(JsonParser parser, @Nullable String idempotencyKey) {
		JsonToken first = parser.nextToken();
		if (first == null) {
			throw new ApiException(ErrorCode.INVALID_JSON, "Body is empty; it must be a JSON object");
		}
		if (first != JsonToken.START_OBJECT) {
			throw invalid("Invalid request: body must be a JSON object");
		}
		List<Post> posts = null;
		String preference = null;
		Integer deadlineMs = null;
		boolean preferenceSeen = false;
		boolean deadlineSeen = false;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			JsonToken value = parser.nextToken();
			switch (name) {
				case "posts" -> {
					once(posts != null, "posts");
					posts = posts(parser, value);
				}
				case "preference" -> {
					once(preferenceSeen, "preference");
					preferenceSeen = true;
					preference = preference(parser, value);
				}
				case "deadlineMs" -> {
					once(deadlineSeen, "deadlineMs");
					deadlineSeen = true;
					deadlineMs = deadline(parser, value);
				}
				default -> parser.skipChildren();
			}
		}
		if (parser.nextToken() != null) {
			throw new ApiException(ErrorCode.INVALID_JSON, "Body must be one JSON object and nothing after it");
		}
		if (posts == null) {
			throw invalid("Invalid posts: must be an array of 1 to 50 posts");
		}
		return new ClassifyRequest(posts,
				(preference != null && !preference.isBlank()) ? preference : ClassifyRequest.DEFAULT_PREFERENCE,
				deadlineMs, idempotencyKey);
	}

	private static List<Post> posts(JsonParser parser, JsonToken value) {
		if (value != JsonToken.START_ARRAY) {
			throw invalid("Invalid posts: must be an array of 1 to 50 posts");
		}
		List<Post> posts = new ArrayList<>(10);
		for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
			if (posts.size() == MOST_POSTS) {
				throw invalid("Invalid posts: must be at most 50 posts, there are more");
			}
			posts.add(post(parser, token, posts.size()));
		}
		if (posts.isEmpty()) {
			throw invalid("Invalid posts: must be 1 to 50 posts, there are none");
		}
		return posts;
	}

	private static Post post(JsonParser parser, JsonToken token, int index) {
		if (token != JsonToken.START_OBJECT) {
			throw invalid(index, "must be an object with hash and content");
		}
		String hash = null;
		String content = null;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			JsonToken value = parser.nextToken();
			switch (name) {
				case "hash" -> {
					if (hash != null) {
						throw invalid(index, "hash must be given once");
					}
					hash = hash(parser, value, index);
				}
				case "content" -> {
					if (content != null) {
						throw invalid(index, "content must be given once");
					}
					content = content(parser, value, index);
				}
				default -> parser.skipChildren();
			}
		}
		if (hash == null) {
			throw invalid(index, "hash must be 5 to 100 characters");
		}
		if (content == null) {
			throw invalid(index, "content must be 1 to 10,000 characters");
		}
		return new Post(hash, content);
	}

	private static String hash(JsonParser parser, JsonToken value, int index) {
		int length = (value == JsonToken.VALUE_STRING) ? parser.getStringLength() : 0;
		if (length < SHORTEST_HASH || length > LONGEST_HASH) {
			throw invalid(index, "hash must be 5 to 100 characters");
		}
		String hash = parser.getString();
		if (!isWellFormed(hash)) {
			// it is echoed, and half a character cannot be
			throw invalid(index, "hash must be well-formed Unicode");
		}
		return hash;
	}

	private static boolean isWellFormed(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (Character.isSurrogate(text.charAt(i))) {
				if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
					return false;
				}
				i++;
			}
		}
		return true;
	}

	private static String content(JsonParser parser, JsonToken value, int index) {
		int length = (value == JsonToken.VALUE_STRING) ? parser.getStringLength() : 0;
		if (length == 0 || length > LONGEST_CONTENT) {
			throw invalid(index, "content must be 1 to 10,000 characters");
		}
		String content = parser.getString();
		for (int i = 0; i < content.length(); i++) {
			char c = content.charAt(i);
			// U+007F to U+009F, common in wrongly decoded text, are removed before
			// judging
			if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
				throw invalid(index, "content must hold no control characters below U+0020 but tab, line feed and "
						+ "carriage return");
			}
		}
		return content;
	}

	private static @Nullable String preference(JsonParser parser, JsonToken value) {
		if (value == JsonToken.VALUE_NULL) {
			return null;
		}
		if (value != JsonToken.VALUE_STRING || parser.getStringLength() > LONGEST_PREFERENCE) {
			throw invalid("Invalid preference: must be a string of at most 2,000 characters");
		}
		return parser.getString();
	}

	private static @Nullable Integer deadline(JsonParser parser, JsonToken value) {
		if (value == JsonToken.VALUE_NULL) {
			return null;
		}
		if (value == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT) {
			int deadline = parser.getIntValue();
			if (deadline >= 0 && deadline <= LATEST_DEADLINE) {
				return deadline;
			}
		}
		throw invalid("Invalid deadlineMs: must be an integer from 0 to 7,000");
	}

	private static void once(boolean seen, String field) {
		if (seen) {
			throw invalid("Invalid " + field + ": must be given once");
		}
	}

	private static ApiException invalid(int index, String expected) {
		return invalid("Invalid post at index " + index + ": " + expected);
	}

	private static ApiException invalid(String message) {
		return new ApiException(ErrorCode.INVALID_REQUEST, message);
	}

}
