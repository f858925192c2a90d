package io.clearview.bench.stub;

import java.util.List;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests as the classifier makes them. */
final class Prompts {

	private static final String CODE = "k3Jw9";

	private Prompts() {
	}

	static String chat(String preference, List<String> posts) {
		JsonMapper json = JsonMapper.shared();
		StringBuilder message = new StringBuilder();
		append(message, "preference", preference);
		for (int i = 0; i < posts.size(); i++) {
			append(message, "post " + (i + 1), posts.get(i));
		}
		ObjectNode request = json.createObjectNode().put("model", "stub");
		ArrayNode messages = request.putArray("messages");
		messages.addObject().put("role", "system").put("content", "Label the posts.");
		messages.addObject().put("role", "user").put("content", message.toString());
		return json.writeValueAsString(request);
	}

	private static void append(StringBuilder message, String tag, String text) {
		message.append('<').append(tag).append(' ').append(CODE).append(">\n").append(text);
		message.append("\n</").append(tag).append(' ').append(CODE).append(">\n");
	}

}
