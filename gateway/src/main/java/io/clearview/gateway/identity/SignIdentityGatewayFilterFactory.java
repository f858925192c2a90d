package io.clearview.gateway.identity;

import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.gateway.clientip.NetworkHash;
import io.clearview.gateway.context.Account;
import io.clearview.gateway.context.RequestContext;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.stereotype.Component;

/**
 * {@code SignIdentity}: tells the classifier, signed, whose request it is and from which
 * network, by its keyed hash.
 */
@Component
final class SignIdentityGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

	private final AssertionSigner signer;

	private final ClientAddressResolver addresses;

	private final NetworkHash networks;

	SignIdentityGatewayFilterFactory(AssertionSigner signer, ClientAddressResolver addresses, NetworkHash networks) {
		super(Object.class);
		this.signer = signer;
		this.addresses = addresses;
		this.networks = networks;
	}

	@Override
	public GatewayFilter apply(Object config) {
		return (exchange, chain) -> {
			Account account = RequestContext.of(exchange).account();
			if (account == null) {
				throw new IllegalStateException("SignIdentity stands before TokenAuthentication in a route");
			}
			String network = this.networks.of(this.addresses.resolve(exchange));
			RequestContext.of(exchange)
				.setAssertion(this.signer.sign(account.user(), account.tier().label(), Scope.USER,
						RequestContext.of(exchange).correlationId(), network));
			return chain.filter(exchange);
		};
	}

}
