package io.clearview.gateway.token;

import java.util.Objects;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.kit.wire.Timestamps;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * {@code IssueToken}: answers {@code POST /auth} itself; nothing stands behind it. It is
 * a filter and not an endpoint, so that what stands before it is read in the route.
 */
@Component
final class IssueTokenGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

	private final Registrar registrar;

	private final JsonMapper json;

	IssueTokenGatewayFilterFactory(Registrar registrar, JsonMapper json) {
		super(Object.class);
		this.registrar = registrar;
		this.json = json;
		// made now: at their first requests event loops would wait for one another
		Objects.requireNonNull(json.readTree("{}"));
	}

	@Override
	public GatewayFilter apply(Object config) {
		return (exchange, _) -> {
			ApiException wrong = wrongWith(RequestContext.of(exchange).body());
			return (wrong != null) ? Mono.error(wrong)
					: this.registrar.issue(exchange).flatMap((issued) -> answer(exchange, issued));
		};
	}

	/** Says what is wrong with a body; the old backend never read it, so little is. */
	private @Nullable ApiException wrongWith(byte[] body) {
		if (body.length == 0) {
			return null;
		}
		try {
			JsonNode root = this.json.readTree(body);
			return (root.isObject() || root.isMissingNode()) ? null
					: new ApiException(ErrorCode.INVALID_REQUEST, "The body must be empty or a JSON object");
		}
		catch (JacksonException _) {
			return new ApiException(ErrorCode.INVALID_JSON, "The body must be empty or a JSON object in UTF-8");
		}
	}

	private Mono<Void> answer(ServerWebExchange exchange, Registrar.Issued issued) {
		byte[] body = this.json.writeValueAsBytes(new Answer(true, issued.user(), Credentials.SCHEME + issued.token(),
				Timestamps.format(issued.expires())));
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatus.CREATED);
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		response.getHeaders().setContentLength(body.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
	}

	/** The contract's answer. */
	private record Answer(boolean success, String userId, String token, String expiresAt) {
	}

}
