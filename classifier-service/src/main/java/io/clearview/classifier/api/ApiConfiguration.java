package io.clearview.classifier.api;

import java.time.Clock;
import java.util.Set;

import io.clearview.classifier.cost.CostMetrics;
import io.clearview.classifier.cost.SpendShares;
import io.clearview.classifier.error.ApiException;
import io.clearview.classifier.error.ErrorCode;
import io.clearview.classifier.error.ErrorResponses;
import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.quota.QuotaService;
import io.clearview.classifier.telemetry.RequestJournal;
import io.clearview.classifier.verdict.Verdicts;
import io.clearview.kit.error.AffectedUsers;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The two endpoints of users, and what stands around every request. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

	@Bean
	RequestFilter requestFilter(ErrorResponses errors, RequestJournal journal, AffectedUsers affected,
			ApplicationContext context) {
		return new RequestFilter(errors, journal, affected, context);
	}

	@Bean
	QuotaWriter quotaWriter(Clock clock) {
		return new QuotaWriter(clock);
	}

	@Bean
	ClassifyHandler classifyHandler(QuotaService quotas, Verdicts verdicts, CostMetrics costs, SpendShares shares,
			Model model, Clock clock, MeterRegistry meters, ApiProperties properties, Tracing tracing,
			RequestJournal journal) {
		Pipeline pipeline = new Pipeline(quotas, verdicts, costs, shares,
				new Background(properties.backgroundPosts(), meters), tracing, journal);
		return new ClassifyHandler(new ClassifyReader(), pipeline, new ClassifyWriter(model, clock));
	}

	@Bean
	RouterFunction<ServerResponse> userRoutes(IdentityFilter identity, ClassifyHandler classify, QuotaService quotas,
			QuotaWriter quotaWriter) {
		QuotaHandler quota = new QuotaHandler(quotas, quotaWriter);
		RouterFunction<ServerResponse> routes = RouterFunctions.route()
			.POST("/classify", classify::classify)
			.GET("/quota", quota::quota)
			.filter(identity.users())
			.build();
		return routes.andRoute(RequestPredicates.path("/classify"), (request) -> notAllowed(request, HttpMethod.POST))
			.andRoute(RequestPredicates.path("/quota"), (request) -> notAllowed(request, HttpMethod.GET))
			.andRoute(RequestPredicates.GET(RequestFilter.HEALTH), (_) -> ServerResponse.noContent().build());
	}

	private static Mono<ServerResponse> notAllowed(ServerRequest request, HttpMethod allowed) {
		request.exchange().getResponse().getHeaders().setAllow(Set.of(allowed));
		return Mono.error(new ApiException(ErrorCode.METHOD_NOT_ALLOWED, "This path takes only " + allowed));
	}

}
