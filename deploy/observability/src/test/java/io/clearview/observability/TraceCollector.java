package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.google.protobuf.ByteString;
import io.clearview.local.Ports;
import io.clearview.local.stub.TraceReceiver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;

/** The spans that services exported. */
final class TraceCollector implements AutoCloseable {

	private final TraceReceiver receiver;

	private final Queue<Received> spans = new ConcurrentLinkedQueue<>();

	/**
	 * A span that has arrived.
	 *
	 * @param service that sent it
	 * @param span itself
	 */
	record Received(String service, Span span) {

		String name() {
			return this.span.getName();
		}

		String traceId() {
			return hex(this.span.getTraceId());
		}

		String id() {
			return hex(this.span.getSpanId());
		}

		String parent() {
			return hex(this.span.getParentSpanId());
		}

		/** Traces it is linked to. */
		List<String> links() {
			return this.span.getLinksList().stream().map((link) -> hex(link.getTraceId())).toList();
		}

		/** An attribute's text; empty when it has none of that name. */
		String attribute(String name) {
			return this.span.getAttributesList()
				.stream()
				.filter((attribute) -> attribute.getKey().equals(name))
				.map((attribute) -> attribute.getValue().getStringValue())
				.findFirst()
				.orElse("");
		}

	}

	/** Starts one on a free port of the loopback address. */
	TraceCollector() throws IOException {
		this.receiver = new TraceReceiver(Ports.free(), this::receive);
	}

	/** Where services send their spans. */
	String url() {
		return this.receiver.url();
	}

	/** Everything that has arrived of a trace. */
	List<Received> trace(String id) {
		return this.spans.stream().filter((span) -> span.traceId().equals(id)).toList();
	}

	/** Everything that has arrived, as text. */
	List<String> all() {
		return this.spans.stream().map((received) -> received.span().toString()).toList();
	}

	private void receive(byte[] batch) {
		for (ResourceSpans resource : parse(batch).getResourceSpansList()) {
			String service = resource.getResource()
				.getAttributesList()
				.stream()
				.filter((attribute) -> attribute.getKey().equals("service.name"))
				.map((KeyValue attribute) -> attribute.getValue().getStringValue())
				.findFirst()
				.orElse("");
			resource.getScopeSpansList()
				.forEach(
						(scope) -> scope.getSpansList().forEach((span) -> this.spans.add(new Received(service, span))));
		}
	}

	private static ExportTraceServiceRequest parse(byte[] batch) {
		try {
			return ExportTraceServiceRequest.parseFrom(batch);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String hex(ByteString bytes) {
		return HexFormat.of().formatHex(bytes.toByteArray());
	}

	@Override
	public void close() {
		this.receiver.close();
	}

}
