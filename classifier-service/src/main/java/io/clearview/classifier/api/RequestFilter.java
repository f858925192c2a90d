package io.clearview.classifier.api;

import java.util.List;
import java.util.stream.Stream;

import io.clearview.classifier.error.ApiException;
import io.clearview.classifier.error.CorrelationId;
import io.clearview.classifier.error.ErrorCode;
import io.clearview.classifier.error.ErrorResponses;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.identity.WarmUpIdentity;
import io.clearview.classifier.telemetry.LogFields;
import io.clearview.classifier.telemetry.RequestJournal;
import io.clearview.classifier.telemetry.RequestReport;
import io.clearview.classifier.verdict.Outcome;
import io.clearview.kit.error.AffectedUsers;
import io.clearview.kit.telemetry.TraceParent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Around everything: no error leaves without the contract's body, and every request ends
 * in one log event and the metrics, except for the gateways' health probes.
 */
final class RequestFilter implements WebFilter, Ordered {

	/** Asked by every gateway every few seconds: says only that requests are taken up. */
	static final String HEALTH = "/health";

	private final ErrorResponses errors;

	private final RequestJournal journal;

	private final AffectedUsers affected;

	private final ApplicationContext context;

	RequestFilter(ErrorResponses errors, RequestJournal journal, AffectedUsers affected, ApplicationContext context) {
		this.errors = errors;
		this.journal = journal;
		journal.expect(Stream.of(Tier.values()).map(Tier::label).toList(), names(ErrorCode.values()),
				names(Outcome.Reason.values()));
		this.affected = affected;
		this.context = context;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (exchange.getApplicationContext() != this.context) {
			// the management port has a context of its own
			return chain.filter(exchange);
		}
		String path = exchange.getRequest().getPath().value();
		if (path.equals(HEALTH) && exchange.getRequest().getMethod() == HttpMethod.GET) {
			return chain.filter(exchange);
		}
		long start = System.nanoTime();
		RequestReport report = RequestReports.begin(exchange);
		report.endpoint(endpoint(path));
		return Mono.deferContextual((context) -> {
			Observation observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			return chain.filter(exchange)
				.onErrorResume(DisconnectedClientHelper::isClientDisconnectedException, (_) -> {
					report.callerLeft();
					return Mono.empty();
				})
				.onErrorResume((fault) -> answer(exchange, fault, report))
				.doOnTerminate(() -> record(exchange, report,
						report.isCallerGone() ? RequestJournal.CALLER_LEFT : status(exchange), start, observation))
				.doOnCancel(() -> record(exchange, report, RequestJournal.CALLER_LEFT, start, observation));
		});
	}

	private Mono<Void> answer(ServerWebExchange exchange, Throwable fault, RequestReport report) {
		ApiException refusal = this.errors.refusal(fault);
		report.error(refusal.code().name(), refusal.code().retryable());
		return this.errors.answer(exchange, fault, refusal);
	}

	private void record(ServerWebExchange exchange, RequestReport report, int status, long start,
			@Nullable Observation observation) {
		String correlation = CorrelationId.of(exchange);
		report.correlation(correlation);
		report.authTook(IdentityFilter.nanos(exchange));
		IdentityFilter.caller(exchange).ifPresent((caller) -> tell(caller, report));
		if (observation == null || observation.isNoop()) {
			TraceParent trace = TraceParent.of(exchange.getRequest().getHeaders());
			report.trace((trace != null) ? trace.traceId() : null);
			this.journal.record(report, status, System.nanoTime() - start);
			return;
		}
		observation.highCardinalityKeyValue(LogFields.CORRELATION_ID, correlation);
		try (Observation.Scope _ = observation.openScope()) {
			this.journal.record(report, status, System.nanoTime() - start);
		}
	}

	private void tell(Caller caller, RequestReport report) {
		if (caller.userId().equals(WarmUpIdentity.USER)) {
			report.endpoint("warmup");
			return;
		}
		report.caller(caller.userId(), caller.tier().label());
		report.trouble().ifPresent((code) -> this.affected.add(code, caller.userId()));
	}

	private static List<String> names(Enum<?>[] values) {
		return Stream.of(values).map(Enum::name).toList();
	}

	private static int status(ServerWebExchange exchange) {
		HttpStatusCode status = exchange.getResponse().getStatusCode();
		return (status != null) ? status.value() : 200;
	}

	private static String endpoint(String path) {
		return switch (path) {
			case "/classify" -> "classify";
			case "/quota" -> "quota";
			default -> path.startsWith("/admin/") ? "admin" : "other";
		};
	}

}
