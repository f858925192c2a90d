package io.clearview.classifier.api;

import io.clearview.classifier.telemetry.RequestReport;

import org.springframework.web.server.ServerWebExchange;

/** Where the report of a request is kept while it is served. */
final class RequestReports {

	private static final String ATTRIBUTE = RequestReport.class.getName();

	private RequestReports() {
	}

	static RequestReport begin(ServerWebExchange exchange) {
		RequestReport report = new RequestReport();
		exchange.getAttributes().put(ATTRIBUTE, report);
		return report;
	}

	static RequestReport of(ServerWebExchange exchange) {
		return exchange.getRequiredAttribute(ATTRIBUTE);
	}

}
