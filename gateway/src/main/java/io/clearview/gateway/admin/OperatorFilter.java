package io.clearview.gateway.admin;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;

import io.clearview.gateway.clientip.AddressHash;
import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.gateway.context.Operator;
import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.gateway.ratelimit.RateLimits;
import io.clearview.gateway.request.BodyReader;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;
import io.clearview.kit.redis.RedisUnavailableException;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Lets nobody into {@code /admin} but operators, each request once. Without a configured
 * key there is no {@code /admin}. Who is refused learns no more than that, and is
 * audited.
 */
@Component
final class OperatorFilter implements WebFilter, Ordered {

	/** How far an operator's clock may be off. */
	static final Duration SKEW = Duration.ofMinutes(5);

	/** Matched as routes are, on the decoded path: {@code /%61dmin} is the same place. */
	private static final PathPattern PATHS = PathPatternParser.defaultInstance.parse("/admin/**");

	private static final int LARGEST_BODY = 16 * 1024;

	private static final String LIMIT = "admin";

	private final KeyRing keys;

	private final Nonces nonces;

	private final AuditLog audit;

	private final RateLimits limits;

	private final ClientAddressResolver addresses;

	private final AddressHash hash;

	private final BodyReader bodies;

	private final Clock clock;

	OperatorFilter(@Qualifier("adminKeys") KeyRing keys, Nonces nonces, AuditLog audit, RateLimits limits,
			ClientAddressResolver addresses, AddressHash hash, BodyReader bodies, Clock clock) {
		this.keys = keys;
		this.nonces = nonces;
		this.audit = audit;
		this.limits = limits;
		this.addresses = addresses;
		this.hash = hash;
		this.bodies = bodies;
		this.clock = clock;
	}

	/** Right after the flood guard. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 400;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!isAdministrative(exchange.getRequest())) {
			return chain.filter(exchange);
		}
		if (this.keys.all().isEmpty()) {
			return Mono.error(new ApiException(ErrorCode.NOT_FOUND, "There is nothing here"));
		}
		return this.limits.check(exchange, LIMIT).then(Mono.defer(() -> admit(exchange, chain)));
	}

	private static boolean isAdministrative(ServerHttpRequest request) {
		return PATHS.matches(request.getPath().pathWithinApplication());
	}

	/** Reads no body before the headers name a key. */
	private Mono<Void> admit(ServerWebExchange exchange, WebFilterChain chain) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		SignedRequest signed = SignedRequest.of(headers);
		if (signed == null) {
			return SignedRequest.isPresent(headers) ? refuse(exchange, "INVALID_FORMAT", "malformed")
					: refuse(exchange, "MISSING_AUTH", "unsigned");
		}
		Key key = this.keys.find(signed.keyId()).orElse(null);
		if (key == null) {
			return refuse(exchange, "INVALID_TOKEN", "unknown key");
		}
		return this.bodies.receive(exchange, LARGEST_BODY,
				(body) -> verify(exchange, signed, key, body).flatMap((operator) -> {
					RequestContext.of(exchange).setOperator(operator);
					return chain.filter(exchange);
				}));
	}

	private Mono<Operator> verify(ServerWebExchange exchange, SignedRequest signed, Key key, byte[] body) {
		ServerHttpRequest request = exchange.getRequest();
		if (!signed.isSignedWith(key.secret(), request.getMethod().name(), pathAndQuery(request.getURI()), body)) {
			return refuse(exchange, "INVALID_TOKEN", "signature does not match");
		}
		Duration off = Duration.between(signed.timestamp(), this.clock.instant()).abs();
		if (off.compareTo(SKEW) > 0) {
			return refuse(exchange, "X-Timestamp must be within %d s of this clock and is off by %d s"
				.formatted(SKEW.toSeconds(), off.toSeconds()), "timestamp is off by " + off.toSeconds() + " s");
		}
		return this.nonces.use(key.id(), signed.nonce())
			.onErrorMap(RedisUnavailableException.class,
					(_) -> new ApiException(ErrorCode.SERVICE_UNAVAILABLE,
							"Nobody can say whether this request was made before, try again", Duration.ofSeconds(5)))
			.flatMap((fresh) -> fresh ? Mono.just(new Operator(key.id()))
					: refuse(exchange, "X-Nonce was used before", "nonce was used before"));
	}

	/** Answers 401, and notes who asked for what. */
	private <T> Mono<T> refuse(ServerWebExchange exchange, String message, String reason) {
		ServerHttpRequest request = exchange.getRequest();
		AuditEvent event = new AuditEvent(this.clock.instant(),
				"address:" + this.hash.of(this.addresses.resolve(exchange)), "admin_request",
				Text.printable(request.getMethod() + " " + request.getPath().value()), "refused", reason,
				RequestContext.of(exchange).correlationId());
		return this.audit.record(AuditLog.Trail.CLIENTS, event)
			.onErrorComplete(RedisUnavailableException.class)
			.then(Mono.error(new ApiException(ErrorCode.INVALID_AUTH, message)));
	}

	private static String pathAndQuery(URI uri) {
		return (uri.getRawQuery() != null) ? uri.getRawPath() + "?" + uri.getRawQuery() : uri.getRawPath();
	}

}
