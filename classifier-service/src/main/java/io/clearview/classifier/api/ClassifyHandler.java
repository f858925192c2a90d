package io.clearview.classifier.api;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.clearview.classifier.error.ApiException;
import io.clearview.classifier.error.ErrorCode;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.telemetry.RequestReport;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/** {@code POST /classify}. */
final class ClassifyHandler {

	private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

	/** Tells the gateway, for its metrics, that the answer had to wait for the model. */
	private static final String AWAITED = "X-ClearView-Model-Awaited";

	private static final byte[] EMPTY = {};

	private final ClassifyReader reader;

	private final Pipeline pipeline;

	private final ClassifyWriter writer;

	ClassifyHandler(ClassifyReader reader, Pipeline pipeline, ClassifyWriter writer) {
		this.reader = reader;
		this.pipeline = pipeline;
		this.writer = writer;
	}

	Mono<ServerResponse> classify(ServerRequest request) {
		ServerHttpRequest http = request.exchange().getRequest();
		HttpHeaders headers = http.getHeaders();
		checkType(headers);
		if (headers.getContentLength() > ClassifyReader.LARGEST_BODY) {
			throw new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "Body must be at most 102,400 bytes");
		}
		Caller caller = IdentityFilter.caller(request);
		RequestReport report = RequestReports.of(request.exchange());
		List<String> keys = headers.getOrEmpty(IDEMPOTENCY_KEY);
		return DataBufferUtils.join(http.getBody(), ClassifyReader.LARGEST_BODY)
			.map(ClassifyHandler::bytes)
			.defaultIfEmpty(EMPTY)
			.map((body) -> this.reader.read(body, keys.isEmpty() ? null : keys.getFirst()))
			.flatMap((read) -> this.pipeline.answer(caller, read, report).flatMap((answer) -> {
				if (report.isModelAwaited()) {
					request.exchange().getResponse().getHeaders().set(AWAITED, "true");
				}
				return JsonResponses.ok(ClassifyWriter.size(answer),
						(out) -> this.writer.write(answer, read.preference(), out));
			}));
	}

	/** A body without a type is taken for what it must be. */
	private static void checkType(HttpHeaders headers) {
		try {
			MediaType type = headers.getContentType();
			if (type == null || (MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
					&& (type.getCharset() == null || StandardCharsets.UTF_8.equals(type.getCharset())))) {
				return;
			}
		}
		catch (IllegalArgumentException _) {
			// said below
		}
		throw new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json in UTF-8");
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

}
