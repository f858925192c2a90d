package io.clearview.gateway.error;

import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.correlation.StandardHeaders;
import io.clearview.kit.error.ErrorBody;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

import org.springframework.http.MediaType;

/**
 * The contract's 400 for bytes that no filter gets to see, because they are no HTTP
 * request or did not arrive in time. Its connection has to be closed: nobody knows where
 * the next request would begin.
 */
public final class BadRequestResponse {

	/** The message for what cannot be decoded. */
	public static final String MALFORMED_HEAD = "The request line or a header is malformed or too long";

	private BadRequestResponse() {
	}

	/**
	 * Creates the response, under a new correlation ID.
	 * @param message for a person; a constant of this program
	 * @return a response that says that it is the connection's last
	 */
	public static FullHttpResponse of(String message) {
		String id = Correlation.mint();
		byte[] body = new ErrorBody(ErrorCode.INVALID_REQUEST.name(), message, id, null, null).toJson();
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST,
				Unpooled.wrappedBuffer(body));
		StandardHeaders.set(id, response.headers()::set);
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
			.set(HttpHeaderNames.CONTENT_LENGTH, body.length)
			.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
		return response;
	}

}
