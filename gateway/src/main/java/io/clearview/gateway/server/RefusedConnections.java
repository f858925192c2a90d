package io.clearview.gateway.server;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.correlation.StandardHeaders;
import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** Refuses, with the contract's body, what no filter gets to see; and counts it. */
final class RefusedConnections {

	/** The reason for refusing what cannot be decoded. */
	static final String MALFORMED_HEAD = "The request line or a header is malformed or too long";

	private final Map<Fault, Counter> counters = new EnumMap<>(Fault.class);

	RefusedConnections(MeterRegistry meters) {
		for (Fault fault : Fault.values()) {
			this.counters.put(fault,
					Counter.builder(Metrics.SERVER_REFUSED)
						.tag("fault", fault.name().toLowerCase(Locale.ROOT))
						.register(meters));
		}
	}

	/**
	 * Answers 400 and closes the connection, whatever may follow on it.
	 * @param context of a handler behind the encoder
	 * @param reason for a person; a constant of this program
	 */
	void refuse(ChannelHandlerContext context, String reason) {
		String id = Correlation.mint();
		ByteBuf body = Unpooled.copiedBuffer("""
				{"success":false,"error":"INVALID_REQUEST","message":"%s","correlationId":"%s"}""".formatted(reason,
				id), StandardCharsets.UTF_8);
		FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST,
				body);
		StandardHeaders.set(id, answer.headers()::set);
		answer.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
			.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
			.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
		context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
	}

	void count(Fault fault) {
		Counter counter = this.counters.get(fault);
		if (counter != null) {
			counter.increment();
		}
	}

	/** What was wrong, as a metric's label. */
	enum Fault {

		/** What is no HTTP. */
		MALFORMED,
		/** HTTP that two servers may read differently. */
		AMBIGUOUS,
		/** Took too long to arrive. */
		SLOW,
		/** Did not take its answers. */
		UNREAD

	}

}
