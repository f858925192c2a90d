package io.clearview.gateway.fallback;

import java.util.ArrayList;
import java.util.List;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the names of the posts from a request that the classifier could not read, and
 * refuses what the classifier would have refused: the contract's bounds, no more.
 */
final class PostsOfRequest {

	private static final int MOST_POSTS = 50;

	private static final int SHORTEST_HASH = 5;

	private static final int LONGEST_HASH = 100;

	private static final int LONGEST_CONTENT = 10_000;

	private static final int LONGEST_PREFERENCE = 2_000;

	private static final int LONGEST_DEADLINE_MS = 7_000;

	private final JsonMapper json;

	PostsOfRequest(JsonMapper json) {
		this.json = json;
	}

	/**
	 * The posts' hashes in the order of the request, duplicates included.
	 * @param body the request's body
	 * @return 1 to 50 hashes
	 * @throws ApiException when the body breaks the contract
	 */
	List<String> hashes(byte[] body) {
		JsonNode request = read(body);
		if (!request.isObject()) {
			throw invalid("The body must be a JSON object");
		}
		JsonNode posts = request.get("posts");
		if (posts == null || !posts.isArray() || posts.isEmpty() || posts.size() > MOST_POSTS) {
			throw invalid("posts must be an array of 1 to " + MOST_POSTS + " posts");
		}
		List<String> hashes = new ArrayList<>(posts.size());
		for (int i = 0; i < posts.size(); i++) {
			hashes.add(hash(posts.get(i), i));
		}
		JsonNode preference = request.get("preference");
		if (!isAbsent(preference) && !(preference.isString() && preference.asString().length() <= LONGEST_PREFERENCE)) {
			throw invalid("preference must be a string of at most " + LONGEST_PREFERENCE + " characters");
		}
		JsonNode deadline = request.get("deadlineMs");
		if (!isAbsent(deadline) && !(deadline.isIntegralNumber() && deadline.canConvertToInt() && deadline.asInt() >= 0
				&& deadline.asInt() <= LONGEST_DEADLINE_MS)) {
			throw invalid("deadlineMs must be an integer from 0 to " + LONGEST_DEADLINE_MS);
		}
		return hashes;
	}

	private JsonNode read(byte[] body) {
		try {
			return this.json.readTree(body);
		}
		catch (JacksonException _) {
			throw new ApiException(ErrorCode.INVALID_JSON, "The body is not valid JSON in UTF-8");
		}
	}

	private static String hash(JsonNode post, int index) {
		JsonNode hash = post.get("hash");
		if (hash == null || !hash.isString() || hash.asString().length() < SHORTEST_HASH
				|| hash.asString().length() > LONGEST_HASH) {
			throw invalid("Invalid post at index %d: hash must be a string of %d to %d characters".formatted(index,
					SHORTEST_HASH, LONGEST_HASH));
		}
		JsonNode content = post.get("content");
		if (content == null || !content.isString() || content.asString().isEmpty()
				|| content.asString().length() > LONGEST_CONTENT) {
			throw invalid("Invalid post at index %d: content must be a string of 1 to %,d characters".formatted(index,
					LONGEST_CONTENT));
		}
		if (content.asString().chars().anyMatch(PostsOfRequest::isForbidden)) {
			throw invalid(
					"Invalid post at index %d: content must hold no control characters below U+0020 but tab, line feed and carriage return"
						.formatted(index));
		}
		return hash.asString();
	}

	private static boolean isForbidden(int c) {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r';
	}

	private static boolean isAbsent(@Nullable JsonNode node) {
		return node == null || node.isNull();
	}

	private static ApiException invalid(String message) {
		return new ApiException(ErrorCode.INVALID_REQUEST, message);
	}

}
