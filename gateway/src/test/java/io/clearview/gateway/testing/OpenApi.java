package io.clearview.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.clearview.gateway.testing.Gateway.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Holds answers of a running gateway against docs/openapi.yaml. */
public final class OpenApi {

	private static final String IRI = "https://clearview.example/openapi.yaml";

	private static final String JSON = "application/json";

	private final JsonNode document;

	private final SchemaRegistry schemas;

	private OpenApi(String text) {
		this.document = YAMLMapper.shared().readTree(text);
		this.schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
				(builder) -> builder.schemas(Map.of(IRI, text)));
	}

	public static OpenApi read() {
		try {
			return new OpenApi(Files.readString(Path.of("../docs/openapi.yaml")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Fails unless the document promises such an answer: status, required headers, body.
	 * Where it knows no such path or method, the answer must be an error.
	 */
	public Answer conforms(String method, String path, Answer answer) {
		JsonNode responses = this.document.at(List.of("paths", path, method.toLowerCase(Locale.ROOT), "responses")
			.stream()
			.map((part) -> "/" + part.replace("~", "~0").replace("/", "~1"))
			.reduce("", String::concat));
		if (responses.isMissingNode()) {
			return validate("/components/schemas/Error", answer);
		}
		String pointer = "/paths/" + path.replace("/", "~1") + "/" + method.toLowerCase(Locale.ROOT) + "/responses/"
				+ answer.status();
		JsonNode response = this.document.at(pointer);
		if (response.isMissingNode()) {
			throw new AssertionError(method + " " + path + " may not answer like this: " + answer);
		}
		if (response.has("$ref")) {
			pointer = response.get("$ref").asString().substring(1);
			response = this.document.at(pointer);
		}
		for (String header : response.path("headers").propertyNames()) {
			if (!header.startsWith("RateLimit") && answer.header(header).isEmpty()) {
				throw new AssertionError(header + " is missing in " + answer);
			}
		}
		return validate(pointer + "/content/application~1json/schema", answer);
	}

	private Answer validate(String pointer, Answer answer) {
		if (!answer.header("Content-Type").equals(JSON)) {
			throw new AssertionError("No JSON: " + answer);
		}
		List<Error> errors = this.schemas.getSchema(SchemaLocation.of(IRI + "#" + pointer)).validate(answer.json());
		if (!errors.isEmpty()) {
			throw new AssertionError("Not as in " + pointer + ": " + errors + " in " + answer);
		}
		return answer;
	}

}
