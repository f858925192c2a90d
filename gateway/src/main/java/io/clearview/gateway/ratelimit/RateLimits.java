package io.clearview.gateway.ratelimit;

import java.time.Duration;

import io.clearview.gateway.clientip.AddressHash;
import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/** Asks a limit shared by the fleet about a request, on behalf of routes and handlers. */
public final class RateLimits {

	private final SharedRateLimiter limiter;

	private final ClientAddressResolver addresses;

	private final AddressHash hash;

	RateLimits(SharedRateLimiter limiter, ClientAddressResolver addresses, AddressHash hash) {
		this.limiter = limiter;
		this.addresses = addresses;
		this.hash = hash;
	}

	/**
	 * Counts the request under its address, and notes on the answer what is left.
	 * @param exchange whose request it is
	 * @param name a name in {@code clearview.limits.shared}
	 * @return completes when the request may pass, and errors with an
	 * {@link ApiException} when it may not
	 * @throws IllegalArgumentException when there is no such limit
	 */
	public Mono<Void> check(ServerWebExchange exchange, String name) {
		long started = System.nanoTime();
		return this.limiter.take(name, this.hash.of(this.addresses.resolve(exchange)))
			.doOnTerminate(() -> RequestContext.of(exchange).report().limits(System.nanoTime() - started))
			.flatMap((decision) -> {
				decision.describe(exchange.getResponse().getHeaders());
				if (decision.source() == Decision.Source.LOCAL) {
					RequestContext.of(exchange).setRedisTimedOut();
				}
				return decision.allowed() ? Mono.empty() : Mono.error(refusal(decision.pause()));
			});
	}

	/** Fails when there is no limit of that name. */
	void require(String name) {
		this.limiter.limit(name);
	}

	static ApiException refusal(Duration wait) {
		return new ApiException(ErrorCode.RATE_LIMIT_EXCEEDED,
				"Too many requests from this address, try again in " + wait.toSeconds() + " s", wait);
	}

}
