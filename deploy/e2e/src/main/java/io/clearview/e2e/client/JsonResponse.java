package io.clearview.e2e.client;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * What came back.
 *
 * @param status of HTTP
 * @param headers of the response
 * @param body as JSON; missing when there was none or it was something else
 * @param took from sending to the last byte
 */
public record JsonResponse(int status, HttpHeaders headers, JsonNode body, Duration took) {

	/** A header's first value; empty when it is absent. */
	public String header(String name) {
		return this.headers.firstValue(name).orElse("");
	}

	/** A field at a JSON pointer, as text; empty when it is absent. */
	public String at(String pointer) {
		return this.body.at(pointer).asString("");
	}

	/** The entries for the posts of a request, in their order. */
	public List<PostResult> verdicts() {
		return this.body.path("classifications")
			.valueStream()
			.map((entry) -> new PostResult(entry.path("hash").asString(""), entry.path("label").asString(""),
					entry.path("cached").asBoolean(false), entry.path("stale").asBoolean(false),
					entry.path("failedOpen").asBoolean(false), entry.path("fallback").asBoolean(false),
					entry.path("reason").asString("")))
			.toList();
	}

}
