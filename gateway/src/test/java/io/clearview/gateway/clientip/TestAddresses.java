package io.clearview.gateway.clientip;

/** Resolvers for tests in other packages. */
public final class TestAddresses {

	private TestAddresses() {
	}

	/** A resolver behind that many trusted proxies. */
	public static ClientAddressResolver behind(int proxies) {
		return new ClientAddressResolver(new ClientIpProperties(proxies));
	}

}
