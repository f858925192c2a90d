package io.clearview.bench.stub;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.clearview.bench.workload.Truth;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests and answers of an OpenAI-compatible chat-completions endpoint. */
final class ChatFormat {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final int BYTES_A_TOKEN = 4;

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

	static Asked read(byte[] body) {
		JsonNode request = JSON.readTree(body);
		int characters = 0;
		String last = "";
		for (JsonNode message : request.get("messages")) {
			last = message.get("content").asString();
			characters += last.length();
		}
		JsonNode prompt = JSON.readTree(last);
		List<Item> posts = prompt.get("posts")
			.valueStream()
			.map((post) -> new Item(post.get("id").asInt(), post.get("text").asString()))
			.toList();
		return new Asked(prompt.get("preference").asString(), posts, characters / BYTES_A_TOKEN);
	}

	/**
	 * The right answer.
	 * @param half whether every second post is left out
	 */
	static Answer answer(Asked asked, boolean half) {
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
		int completionTokens = labels.append("]}").length() / BYTES_A_TOKEN;
		String body = """
				{"id":"stub","object":"chat.completion","created":0,"model":"stub","choices":[{"index":0,\
				"finish_reason":"stop","message":{"role":"assistant","content":"%s"}}],\
				"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}""".formatted(
				labels.toString().replace("\"", "\\\""), asked.promptTokens(), completionTokens,
				asked.promptTokens() + completionTokens);
		return new Answer(bytes(body), asked.promptTokens(), completionTokens);
	}

	static byte[] write(Usage usage) {
		return JSON.writeValueAsBytes(usage);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
