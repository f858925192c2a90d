package io.clearview.classifier.model.openai;

import java.util.List;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Bodies of server-sent events, which some providers send although nobody asked. */
final class Events {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final String FIELD = "data:";

	private static final String END = "[DONE]";

	private Events() {
	}

	/**
	 * The JSON of a body: itself, or that of its one event, or all of its chunks joined.
	 */
	static String join(String body) {
		String text = body.strip();
		boolean isEvents = text.startsWith(FIELD) || text.startsWith(":") || text.startsWith("event:");
		if (!isEvents && !text.endsWith(END)) {
			return text;
		}
		List<String> events = text.lines()
			.map(String::strip)
			.filter((line) -> line.startsWith(FIELD) || (!isEvents && !line.isEmpty()))
			.map((line) -> line.startsWith(FIELD) ? line.substring(FIELD.length()).strip() : line)
			.filter((event) -> !event.equals(END))
			.toList();
		return (isEvents && events.size() > 1) ? chunks(events) : String.join("\n", events);
	}

	private static String chunks(List<String> events) {
		StringBuilder content = new StringBuilder();
		String reason = "";
		ObjectNode whole = MAPPER.createObjectNode();
		try {
			for (String event : events) {
				JsonNode chunk = MAPPER.readTree(event);
				JsonNode choice = chunk.path("choices").path(0);
				content.append(choice.path("delta").path("content").asString(""));
				reason = choice.path("finish_reason").asString(reason);
				if (chunk.path("usage").isObject()) {
					whole.set("usage", chunk.path("usage"));
				}
			}
		}
		catch (JacksonException _) {
			return "";
		}
		ObjectNode choice = whole.putArray("choices").addObject();
		choice.put("finish_reason", reason.isEmpty() ? "length" : reason);
		choice.putObject("message").put("content", content.toString());
		return whole.toString();
	}

}
