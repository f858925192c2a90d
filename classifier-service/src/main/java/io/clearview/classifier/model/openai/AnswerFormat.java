package io.clearview.classifier.model.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/** How the model is made to answer in JSON. Not every provider takes every way. */
enum AnswerFormat {

	/** By a schema, strictly. */
	SCHEMA,

	/** By JSON mode. */
	JSON,

	/** By being told to. */
	TEXT;

	private static final Map<String, Object> ENTRY = Map.of("type", "object", "properties", entryProperties(),
			"required", List.of("id", "label"), "additionalProperties", false);

	private static final Map<String, Object> ANSWER = Map.of("type", "object", "properties",
			Map.of("labels", Map.of("type", "array", "items", ENTRY)), "required", List.of("labels"),
			"additionalProperties", false);

	private static final Map<String, Object> STRICT = Map.of("type", "json_schema", "json_schema",
			Map.of("name", "labels", "strict", true, "schema", ANSWER));

	/** Models write properties in the order of the schema: the id must come first. */
	private static Map<String, Object> entryProperties() {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("id", Map.of("type", "integer"));
		properties.put("label", Map.of("type", "string", "enum", List.of("ALLOW", "BLOCK")));
		return properties;
	}

	/** How providers call it. */
	String title() {
		return switch (this) {
			case SCHEMA -> "json_schema";
			case JSON -> "json_object";
			case TEXT -> "no response_format";
		};
	}

	/** The request's {@code response_format}; {@code null} for none. */
	@Nullable Map<String, Object> parameter() {
		return switch (this) {
			case SCHEMA -> STRICT;
			case JSON -> Map.of("type", "json_object");
			case TEXT -> null;
		};
	}

}
