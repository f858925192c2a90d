package io.clearview.observability;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;

/** Receives traces as a collector does: OTLP over HTTP. */
final class TraceCollector implements AutoCloseable {

	private final HttpServer server;

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

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
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/v1/traces", this::receive);
		this.server.start();
	}

	/** Where services send their spans. */
	String url() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1/traces";
	}

	/** Everything that has arrived of a trace. */
	List<Received> trace(String id) {
		return this.spans.stream().filter((span) -> span.traceId().equals(id)).toList();
	}

	/** Everything that has arrived, as text. */
	List<String> all() {
		return this.spans.stream().map((received) -> received.span().toString()).toList();
	}

	private void receive(HttpExchange exchange) throws IOException {
		ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
		for (ResourceSpans resource : request.getResourceSpansList()) {
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
		exchange.sendResponseHeaders(200, -1);
		exchange.close();
	}

	private static String hex(ByteString bytes) {
		return HexFormat.of().formatHex(bytes.toByteArray());
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
