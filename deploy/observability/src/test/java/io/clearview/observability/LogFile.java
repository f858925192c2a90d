package io.clearview.observability;

import java.nio.file.Path;
import java.util.List;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a service logged in production: JSON, one event a line.
 *
 * @param events in their order
 * @param others lines that are no JSON, such as the JVM's own
 */
record LogFile(List<JsonNode> events, List<String> others) {

	static LogFile read(Path file) {
		List<String> lines = Project.read(file).lines().filter((line) -> !line.isBlank()).toList();
		return new LogFile(lines.stream().filter(LogFile::isEvent).map(LogFile::event).toList(),
				lines.stream().filter((line) -> !isEvent(line)).toList());
	}

	/** The events of one request. */
	List<JsonNode> of(String correlationId) {
		return this.events.stream()
			.filter((event) -> event.path("correlationId").asString("").equals(correlationId))
			.toList();
	}

	private static boolean isEvent(String line) {
		return line.startsWith("{");
	}

	private static JsonNode event(String line) {
		try {
			return JsonMapper.shared().readTree(line);
		}
		catch (JacksonException ex) {
			throw new AssertionError("no JSON: " + line, ex);
		}
	}

}
