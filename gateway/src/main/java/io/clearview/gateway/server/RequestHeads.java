package io.clearview.gateway.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Finds in decoded heads what another server may read differently. */
final class RequestHeads {

	private RequestHeads() {
	}

	/** What is wrong with the request, for a person; null when nothing is. */
	static @Nullable String fault(HttpRequest request) {
		HttpVersion version = request.protocolVersion();
		if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
			return "The request must be HTTP/1.1";
		}
		int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
		if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
			return "The request must have one Host";
		}
		String encoding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
		boolean known = encoding == null
				|| (HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encoding) && version.equals(HttpVersion.HTTP_1_1));
		if (!known) {
			return "Transfer-Encoding must be chunked, and the request HTTP/1.1";
		}
		boolean announced = encoding != null || request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
		// the decoder reads eight more bytes behind a handshake of an early WebSocket
		return (announced || HttpUtil.getContentLength(request, 0L) == 0) ? null
				: "A request with a body must say how long it is";
	}

}
