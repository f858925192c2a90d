package io.clearview.gateway.upstream;

import java.io.ByteArrayOutputStream;

import io.clearview.gateway.context.ClassifierResponse;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.http.HttpHeaders;

/** Reads a classifier's response to its end. */
final class ResponseReader {

	/** Stands in a response that had to wait for the model. */
	private static final String AWAITED = "X-ClearView-Model-Awaited";

	/** Several times what the largest request can be answered with. */
	private static final int LARGEST = 1 << 20;

	private ResponseReader() {
	}

	/** Errors when the response breaks off or is too large. */
	static Mono<ClassifierResponse> read(HttpClientResponse head, ByteBufFlux content) {
		io.netty.handler.codec.http.HttpHeaders headers = head.responseHeaders();
		return content.asByteArray()
			.collect(ByteArrayOutputStream::new, ResponseReader::add)
			.map((body) -> new ClassifierResponse(head.status().code(), headers.get(HttpHeaders.CONTENT_TYPE),
					headers.get(HttpHeaders.RETRY_AFTER), headers.contains(AWAITED), body.toByteArray()));
	}

	private static void add(ByteArrayOutputStream body, byte[] piece) {
		if (body.size() + piece.length > LARGEST) {
			throw new IllegalStateException("The classifier's response has more than " + LARGEST + " bytes");
		}
		body.writeBytes(piece);
	}

}
