package io.clearview.gateway.token;

import io.clearview.gateway.telemetry.RequestReport;
import org.jspecify.annotations.Nullable;

import org.springframework.web.server.ServerWebExchange;

/**
 * Whose request it is.
 *
 * @param user the user's ID, 64 hex digits; says nothing of the token
 * @param tier what the account is entitled to
 */
public record Account(String user, Tier tier) {

	private static final String ATTRIBUTE = Account.class.getName();

	/**
	 * The account of an authenticated request; null before authentication and where none
	 * is asked for.
	 */
	public static @Nullable Account of(ServerWebExchange exchange) {
		@Nullable Object account = exchange.getAttributes().get(ATTRIBUTE);
		return (account instanceof Account known) ? known : null;
	}

	void attachTo(ServerWebExchange exchange) {
		exchange.getAttributes().put(ATTRIBUTE, this);
		RequestReport.of(exchange).user(this.user, this.tier.label());
	}

}
