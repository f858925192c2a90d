package io.clearview.gateway.telemetry;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.context.RequestReport;
import io.micrometer.common.KeyValue;
import io.micrometer.tracing.CurrentTraceContext;
import io.micrometer.tracing.Span;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Measures every request to the public port from its head to the end of its answer, and
 * reports it. Stands around the filter that answers errors, so that it sees their status.
 */
@Component
final class RequestFilter implements WebFilter, Ordered {

	private static final int OK = 200;

	private final RequestJournal journal;

	private final CurrentTraceContext traces;

	private final ApplicationContext context;

	RequestFilter(RequestJournal journal, ObjectProvider<CurrentTraceContext> traces, ApplicationContext context) {
		this.journal = journal;
		this.traces = traces.getIfAvailable(() -> CurrentTraceContext.NOOP);
		this.context = context;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 50;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (exchange.getApplicationContext() != this.context) {
			// the management port has a context of its own
			return chain.filter(exchange);
		}
		long started = System.nanoTime();
		RequestContext request = RequestContext.of(exchange);
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((observed) -> observed
				.addHighCardinalityKeyValue(KeyValue.of(LogFields.CORRELATION_ID, request.correlationId())));
		return chain.filter(exchange).doFinally((signal) -> {
			long nanos = System.nanoTime() - started;
			String endpoint = endpoint(exchange.getRequest().getPath().value());
			int status = status(exchange, signal);
			report(request.report(), endpoint, status, nanos, request.correlationId(), Spans.of(exchange));
		});
	}

	/**
	 * Inside the trace's scope when there is one, so that buckets get exemplars. The
	 * scope names the trace to the log; named twice, the event could not be written.
	 */
	private void report(RequestReport report, String endpoint, int status, long nanos, String correlationId,
			@Nullable Span span) {
		if (span == null) {
			this.journal.record(report, endpoint, status, nanos, correlationId, report.unsampled().traceId());
			return;
		}
		try (CurrentTraceContext.Scope _ = this.traces.maybeScope(span.context())) {
			this.journal.record(report, endpoint, status, nanos, correlationId, null);
		}
	}

	private static int status(ServerWebExchange exchange, SignalType signal) {
		HttpStatusCode status = (signal == SignalType.CANCEL) ? RequestReport.CLIENT_LEFT
				: exchange.getResponse().getStatusCode();
		return (status != null) ? status.value() : OK;
	}

	/** One of few names, whatever a client asks for. */
	private static String endpoint(String path) {
		return switch (path) {
			case "/classify" -> "classify";
			case "/quota" -> "quota";
			case "/auth" -> "auth";
			case "/health" -> "health";
			default -> (path.equals("/admin") || path.startsWith("/admin/")) ? "admin" : "other";
		};
	}

}
