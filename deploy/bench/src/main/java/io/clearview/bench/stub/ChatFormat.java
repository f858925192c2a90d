package io.clearview.bench.stub;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.clearview.bench.workload.Truth;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests and answers of an OpenAI-compatible chat-completions endpoint. */
final class ChatFormat {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final int BYTES_A_TOKEN = 4;

	private static final String POST = "post ";

	private ChatFormat() {
	}

	/**
	 * What a prompt asks.
	 *
	 * @param preference in it
	 * @param posts numbered texts
	 * @param promptTokens of all its messages
	 */
	record Asked(String preference, List<Item> posts, int promptTokens) {
	}

	/** A numbered post of a prompt. */
	record Item(int id, String text) {
	}

	/** An answer with what it would be billed at. */
	@SuppressWarnings("ArrayRecordComponent")
	record Answer(byte[] body, int promptTokens, int completionTokens) {
	}

	/**
	 * Reads a request. Its last message holds the preference and the numbered posts, each
	 * between tags of its own lines, and every tag ends in the same code:
	 * {@code <post 1 code>}.
	 * @throws IllegalArgumentException when it is anything else
	 */
	static Asked read(byte[] body) {
		JsonNode request = JSON.readTree(body);
		int characters = 0;
		String message = "";
		for (JsonNode part : request.path("messages")) {
			message = part.path("content").asString("");
			characters += message.length();
		}
		String preference = null;
		List<Item> posts = new ArrayList<>();
		for (int at = 0; at < message.length();) {
			int open = message.indexOf(">\n", at);
			if (message.charAt(at) != '<' || open < 0) {
				throw new IllegalArgumentException("expected a tag at " + at + " of the message");
			}
			String tag = message.substring(at + 1, open);
			String end = "\n</" + tag + ">\n";
			int close = message.indexOf(end, open + 1);
			if (close < 0) {
				throw new IllegalArgumentException("expected an end of the tag at " + at + " of the message");
			}
			String text = message.substring(open + 2, Math.max(open + 2, close));
			if (tag.startsWith(POST)) {
				posts.add(new Item(Integer.parseInt(tag.substring(POST.length(), tag.lastIndexOf(' '))), text));
			}
			else {
				preference = text;
			}
			at = close + end.length();
		}
		if (preference == null || posts.isEmpty()) {
			throw new IllegalArgumentException("expected a preference and posts");
		}
		return new Asked(preference, posts, characters / BYTES_A_TOKEN);
	}

	/**
	 * The right answer.
	 * @param half whether every second post is left out
	 * @param billing times the tokens that were used
	 */
	static Answer answer(Asked asked, boolean half, int billing) {
		StringBuilder labels = new StringBuilder("{\"labels\":[");
		for (int i = 0; i < asked.posts().size(); i += half ? 2 : 1) {
			Item post = asked.posts().get(i);
			labels.append((i > 0) ? "," : "")
				.append("{\"id\":")
				.append(post.id())
				.append(",\"label\":\"")
				.append(Truth.blocks(asked.preference(), post.text()) ? "BLOCK" : "ALLOW")
				.append("\"}");
		}
		int completionTokens = billing * (labels.append("]}").length() / BYTES_A_TOKEN);
		int promptTokens = billing * asked.promptTokens();
		String body = """
				{"id":"stub","object":"chat.completion","created":0,"model":"stub","choices":[{"index":0,\
				"finish_reason":"stop","message":{"role":"assistant","content":"%s"}}],\
				"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}""".formatted(
				labels.toString().replace("\"", "\\\""), promptTokens, completionTokens,
				promptTokens + completionTokens);
		return new Answer(bytes(body), promptTokens, completionTokens);
	}

	static byte[] write(StubUsage usage) {
		return JSON.writeValueAsBytes(usage);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
