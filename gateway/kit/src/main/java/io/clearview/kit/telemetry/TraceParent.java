package io.clearview.kit.telemetry;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The header {@code traceparent} of the W3C's Trace Context: version, trace, parent span
 * and flags.
 *
 * @param traceId 32 hex digits
 * @param spanId 16 hex digits
 * @param sampled whether the caller samples the trace
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {

	/** The header's name. */
	public static final String HEADER = "traceparent";

	private static final Pattern FORM = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

	private static final int TRACE_ID = 3;

	private static final int SPAN_ID = 36;

	private static final int FLAGS = 53;

	/** The header of a request; null when it is absent or malformed. */
	public static @Nullable TraceParent of(HttpHeaders headers) {
		String value = headers.getFirst(HEADER);
		if (value == null || !FORM.matcher(value).matches()) {
			return null;
		}
		return new TraceParent(value.substring(TRACE_ID, SPAN_ID - 1), value.substring(SPAN_ID, FLAGS - 1),
				(HexFormat.fromHexDigits(value, FLAGS, value.length()) & 1) == 1);
	}

	/** A new trace that is not sampled: both ends only log its id. */
	public static TraceParent mint() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		HexFormat hex = HexFormat.of();
		return new TraceParent(hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1),
				hex.toHexDigits(random.nextLong() | 1), false);
	}

	/** The header's value. */
	public String header() {
		return "00-" + this.traceId + "-" + this.spanId + (this.sampled ? "-01" : "-00");
	}

}
