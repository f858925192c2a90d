package io.clearview.gateway.server;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Counts the requests and responses of one connection, and decides which response is the
 * last: the one to a request that asks for it, or to any of HTTP/1.0. The server behind
 * this would close the connection after the response that is due when it reads such a
 * request, and drop those between.
 */
final class Exchanges {

	/** Requests handed on, final responses begun, and final responses sent. */
	private int received;

	private int begun;

	private int answered;

	/** The request after which the connection ends; zero until there is one. */
	private int last;

	/** Whether that one is of HTTP/1.0. */
	private boolean old;

	/** Whether a response said that it was the last. */
	private boolean closing;

	/** Counts a request, and hides from the server that it is the last. */
	void receive(HttpRequest request) {
		this.received++;
		this.old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
		if (this.old || !HttpUtil.isKeepAlive(request)) {
			this.last = this.received;
			HttpUtil.setKeepAlive(request, true);
		}
	}

	/**
	 * Counts a final response as begun, and marks it if it is the last.
	 * @param draining whether no further request is to be received
	 * @return whether the connection ends with this response because of {@code draining}
	 */
	boolean beginResponse(HttpResponse response, boolean draining) {
		this.begun++;
		boolean ends = draining && this.begun == this.received;
		if (ends) {
			this.last = this.begun;
		}
		if (isLastBegun()) {
			if (this.old) {
				// which knows no chunks: a body may end with the connection
				response.setProtocolVersion(HttpVersion.HTTP_1_0);
				HttpUtil.setTransferEncodingChunked(response, false);
			}
			HttpUtil.setKeepAlive(response, false);
		}
		this.closing = !HttpUtil.isKeepAlive(response);
		return ends;
	}

	/** Counts a final response as sent. */
	void endResponse() {
		this.answered++;
	}

	/** The number of requests received so far. */
	int received() {
		return this.received;
	}

	/** Whether no further request is to be read. */
	boolean isLastReceived() {
		return this.received == this.last;
	}

	/** Whether a final response was begun and not sent to its end. */
	boolean isResponding() {
		return this.begun > this.answered;
	}

	/** Whether the response that was begun last is the connection's last. */
	boolean isLastBegun() {
		return this.begun == this.last;
	}

	/** Whether the response to that request, counted from 1, was begun. */
	boolean hasBegun(int request) {
		return this.begun >= request;
	}

	/**
	 * Whether the responses to all requests up to this one, counted from 1, were sent.
	 */
	boolean hasAnswered(int request) {
		return this.answered >= request;
	}

	/** Whether a response said that it was the last. */
	boolean isClosing() {
		return this.closing;
	}

}
