package io.clearview.gateway.telemetry;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A request's place in a trace that is not sampled, as the W3C's Trace Context has it:
 * nothing is recorded, but both services name the trace in their log.
 *
 * @param traceId 32 hex digits
 * @param spanId 16 hex digits
 */
record TraceParent(String traceId, String spanId) {

	static final String HEADER = "traceparent";

	/** A new trace. */
	static TraceParent mint() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		HexFormat hex = HexFormat.of();
		return new TraceParent(hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1),
				hex.toHexDigits(random.nextLong() | 1));
	}

	/** The header's value, which says that the trace is not sampled. */
	String header() {
		return "00-" + this.traceId + "-" + this.spanId + "-00";
	}

}
