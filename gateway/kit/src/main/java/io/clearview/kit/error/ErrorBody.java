package io.clearview.kit.error;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;

import io.clearview.kit.wire.Timestamps;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * The JSON body of every error.
 *
 * @param error the code
 * @param message for a person; names the field and the value expected, and no secret
 * @param correlationId the ID of the request
 * @param retryAfter when it is worth trying again; null when it is never. Also sent as
 * {@code Retry-After}, in whole seconds, rounded up
 * @param resetAt when what is used up is whole again; null when nothing is used up
 */
public record ErrorBody(String error, String message, String correlationId, @Nullable Duration retryAfter,
		@Nullable Instant resetAt) {

	private static final JsonFactory json = new JsonFactory();

	/** The body in UTF-8. */
	public byte[] toJson() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
		try (JsonGenerator out = json.createGenerator(bytes)) {
			out.writeStartObject();
			out.writeBooleanProperty("success", false);
			out.writeStringProperty("error", this.error);
			out.writeStringProperty("message", this.message);
			out.writeStringProperty("correlationId", this.correlationId);
			if (this.retryAfter != null) {
				out.writeNumberProperty("retryAfterMs", this.retryAfter.toMillis());
			}
			if (this.resetAt != null) {
				out.writeStringProperty("resetAt", Timestamps.format(this.resetAt));
			}
			out.writeEndObject();
		}
		return bytes.toByteArray();
	}

	/** Writes the response, which must not have begun. */
	public Mono<Void> write(ServerHttpResponse response, HttpStatusCode status) {
		byte[] body = toJson();
		response.setStatusCode(status);
		HttpHeaders headers = response.getHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		headers.setContentLength(body.length);
		if (this.retryAfter != null) {
			headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.ceilDiv(this.retryAfter.toMillis(), 1000)));
		}
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

}
