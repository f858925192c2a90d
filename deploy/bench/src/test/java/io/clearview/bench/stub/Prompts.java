package io.clearview.bench.stub;

import java.util.List;
import java.util.stream.IntStream;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests as the classifier makes them. */
final class Prompts {

	private Prompts() {
	}

	static String chat(String preference, List<String> posts) {
		JsonMapper json = JsonMapper.shared();
		ObjectNode prompt = json.createObjectNode().put("preference", preference);
		ArrayNode items = prompt.putArray("posts");
		IntStream.range(0, posts.size()).forEach((i) -> items.addObject().put("id", i + 1).put("text", posts.get(i)));
		ObjectNode request = json.createObjectNode().put("model", "stub");
		request.putArray("messages").addObject().put("role", "user").put("content", json.writeValueAsString(prompt));
		return json.writeValueAsString(request);
	}

}
