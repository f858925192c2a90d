package io.clearview.gateway.identity;

import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.token.Account;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.stereotype.Component;

/** {@code SignIdentity}: tells the classifier, signed, whose request it is. */
@Component
final class SignIdentityGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

	private final AssertionSigner signer;

	SignIdentityGatewayFilterFactory(AssertionSigner signer) {
		super(Object.class);
		this.signer = signer;
	}

	@Override
	public GatewayFilter apply(Object config) {
		return (exchange, chain) -> {
			Account account = Account.of(exchange);
			if (account == null) {
				throw new IllegalStateException("SignIdentity stands before TokenAuthentication in a route");
			}
			Assertion.attach(exchange,
					this.signer.sign(account.user(), account.tier().label(), Scope.USER, Correlation.of(exchange)));
			return chain.filter(exchange);
		};
	}

}
