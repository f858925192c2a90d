package io.clearview.gateway.token;

import java.time.Duration;

import io.clearview.gateway.context.Account;
import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/** {@code TokenAuthentication}: who has no valid token does not pass. */
@Component
final class TokenAuthenticationGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private static final String ADOPTING_PATH = "/classify";

	private final Tokens tokens;

	private final Registrar registrar;

	TokenAuthenticationGatewayFilterFactory(Tokens tokens, Registrar registrar) {
		super(Object.class);
		this.tokens = tokens;
		this.registrar = registrar;
	}

	@Override
	public GatewayFilter apply(Object config) {
		return (exchange, chain) -> {
			long started = System.nanoTime();
			return authenticate(exchange)
				.doOnTerminate(() -> RequestContext.of(exchange).report().auth(System.nanoTime() - started))
				.flatMap((account) -> {
					RequestContext.of(exchange).setAccount(account);
					return chain.filter(exchange);
				});
		};
	}

	private Mono<Account> authenticate(ServerWebExchange exchange) {
		String authorization = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
		return switch (Credentials.parse(authorization)) {
			case Credentials.Missing _ -> refused("MISSING_AUTH");
			case Credentials.Malformed _ -> refused("INVALID_FORMAT");
			case Credentials.Token token -> this.tokens.validate(token, RequestContext.of(exchange).isRedisTimedOut())
				.flatMap((validation) -> judge(exchange, token, validation));
		};
	}

	private Mono<Account> judge(ServerWebExchange exchange, Credentials.Token token, Validation validation) {
		return switch (validation) {
			case Validation.Valid valid -> Mono.just(valid.account());
			case Validation.Unknown _ when this.registrar.adopts() && mayAdopt(exchange) ->
				this.registrar.adopt(exchange, token);
			case Validation.Unknown _, Validation.Ended _ -> refused("INVALID_TOKEN");
			case Validation.Unavailable _ -> Mono.error(new ApiException(ErrorCode.AUTH_UNAVAILABLE,
					"Tokens cannot be checked at the moment", RETRY_AFTER));
		};
	}

	/** Only what the old backend's clients do anyway opens an account. */
	private static boolean mayAdopt(ServerWebExchange exchange) {
		return exchange.getRequest().getPath().value().equals(ADOPTING_PATH);
	}

	private static Mono<Account> refused(String why) {
		return Mono.error(new ApiException(ErrorCode.INVALID_AUTH, why));
	}

}
