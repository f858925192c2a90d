package io.clearview.classifier.telemetry;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The header that carries a trace from one service to the next, as the W3C's Trace
 * Context has it: version, trace, parent and flags.
 */
public final class TraceParent {

	private static final String HEADER = "traceparent";

	private static final Pattern FORM = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

	private static final int TRACE_ID = 3;

	private static final int TRACE_ID_END = 35;

	private TraceParent() {
	}

	/** The trace's id, 32 hex digits; null when the header is absent or malformed. */
	public static @Nullable String traceId(HttpHeaders headers) {
		String value = value(headers);
		return (value != null) ? value.substring(TRACE_ID, TRACE_ID_END) : null;
	}

	/** Whether the caller samples the trace; null when it says nothing. */
	static @Nullable Boolean isSampled(HttpHeaders headers) {
		String value = value(headers);
		return (value != null) ? (Character.digit(value.charAt(value.length() - 1), 16) & 1) == 1 : null;
	}

	private static @Nullable String value(HttpHeaders headers) {
		String value = headers.getFirst(HEADER);
		return (value != null && FORM.matcher(value).matches()) ? value : null;
	}

}
