package io.clearview.classifier.api;

import java.util.concurrent.TimeUnit;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.quota.QuotaService;
import io.clearview.classifier.telemetry.RequestReport;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/** {@code GET /quota}. */
final class QuotaHandler {

	private static final int SIZE = 640;

	private final QuotaService quotas;

	private final QuotaWriter writer;

	QuotaHandler(QuotaService quotas, QuotaWriter writer) {
		this.quotas = quotas;
		this.writer = writer;
	}

	Mono<ServerResponse> quota(ServerRequest request) {
		long begun = System.nanoTime();
		Caller caller = IdentityFilter.caller(request);
		RequestReport report = RequestReports.of(request.exchange());
		return this.quotas.usage(caller.userId(), caller.tier()).flatMap((usage) -> {
			report.quotaTook(System.nanoTime() - begun);
			report.quotaLeft(usage.dailyRemaining(), usage.limits().daily());
			return JsonResponses.ok(SIZE, (out) -> this.writer.write(caller.tier(), usage, out));
		});
	}

}
