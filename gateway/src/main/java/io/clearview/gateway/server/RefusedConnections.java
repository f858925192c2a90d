package io.clearview.gateway.server;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import io.clearview.gateway.error.BadRequestResponse;
import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;

/** Refuses what no filter gets to see, and counts it. */
final class RefusedConnections {

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
		context.writeAndFlush(BadRequestResponse.of(reason)).addListener(ChannelFutureListener.CLOSE);
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
