package io.clearview.gateway.admin;

import java.util.Map;

import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * What there is under {@code /admin}. Signatures are checked by {@link OperatorFilter}.
 */
@Configuration(proxyBeanMethods = false)
class AdminRoutes {

	@Bean
	RouterFunction<ServerResponse> administration(AdminHandlers handlers) {
		RouterFunctions.Builder routes = RouterFunctions.route();
		resource(routes, "/admin/accounts/{user}", Map.of(HttpMethod.GET, handlers::account));
		resource(routes, "/admin/accounts/{user}/tier", Map.of(HttpMethod.PUT, handlers::changeTier));
		resource(routes, "/admin/accounts/{user}/tokens", Map.of(HttpMethod.DELETE, handlers::revokeTokens));
		resource(routes, "/admin/accounts/{user}/quota",
				Map.of(HttpMethod.GET, handlers::quota, HttpMethod.DELETE, handlers::resetQuota));
		resource(routes, "/admin/durable/export", Map.of(HttpMethod.POST, handlers::exportAccounts));
		resource(routes, "/admin/durable/import", Map.of(HttpMethod.POST, handlers::importAccounts));
		resource(routes, "/admin/durable/verify", Map.of(HttpMethod.GET, handlers::verifyAccounts));
		resource(routes, "/admin/stats", Map.of(HttpMethod.GET, handlers::stats));
		resource(routes, "/admin/audit", Map.of(HttpMethod.GET, handlers::audit));
		return routes.route(RequestPredicates.path("/admin/**"), handlers::nothing).build();
	}

	private static void resource(RouterFunctions.Builder routes, String path,
			Map<HttpMethod, HandlerFunction<ServerResponse>> methods) {
		methods.forEach((method, handler) -> routes
			.route(RequestPredicates.method(method).and(RequestPredicates.path(path)), handler));
		routes.route(RequestPredicates.path(path),
				(request) -> Mono.error(new ApiException(ErrorCode.METHOD_NOT_ALLOWED,
						"Method must be %s, not %s".formatted(methods.keySet(), request.method()))));
	}

}
