package io.clearview.classifier.api;

import java.io.OutputStream;
import java.util.function.Consumer;

import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Answers whose JSON is written by hand, once, into the buffer that is sent. */
public final class JsonResponses {

	private JsonResponses() {
	}

	/**
	 * A 200.
	 * @param size bytes that the body is likely to need
	 * @param body writes it
	 */
	public static Mono<ServerResponse> ok(int size, Consumer<OutputStream> body) {
		return ServerResponse.ok().body((output, _) -> {
			DataBuffer buffer = output.bufferFactory().allocateBuffer(size);
			try {
				body.accept(buffer.asOutputStream());
			}
			catch (RuntimeException ex) {
				DataBufferUtils.release(buffer);
				return Mono.error(ex);
			}
			output.getHeaders().setContentType(MediaType.APPLICATION_JSON);
			output.getHeaders().setContentLength(buffer.readableByteCount());
			return output.writeWith(Mono.just(buffer));
		});
	}

}
