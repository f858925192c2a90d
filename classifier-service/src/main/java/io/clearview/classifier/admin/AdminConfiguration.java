package io.clearview.classifier.admin;

import java.time.Clock;

import io.clearview.classifier.api.QuotaWriter;
import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.quota.QuotaService;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The endpoints of operators, who are known by the gateway's signature alone. */
@Configuration(proxyBeanMethods = false)
class AdminConfiguration {

	@Bean
	RouterFunction<ServerResponse> adminRoutes(IdentityFilter identity, QuotaService quotas, QuotaWriter quotaWriter,
			MeterRegistry meters, Clock clock) {
		AdminHandler handler = new AdminHandler(quotas, quotaWriter, new Statistics(meters, clock));
		return RouterFunctions.route()
			.GET("/admin/quota/{userId}", handler::quota)
			.DELETE("/admin/quota/{userId}", handler::reset)
			.GET("/admin/stats", handler::stats)
			.filter(identity.operators())
			.build();
	}

}
