package io.clearview.gateway.clientip;

import java.util.HexFormat;

import io.clearview.gateway.context.ClientAddress;
import io.clearview.kit.keyring.Hmac;
import io.clearview.kit.keyring.KeyRing;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * What stands for an address wherever it leaves the process: the first 128 bits of an
 * HMAC-SHA256 under the device key, the same on every instance. It changes with the key,
 * and with it whatever counts by it starts anew.
 */
@Component
public final class AddressHash {

	private static final int BYTES = 16;

	private final KeyRing keys;

	AddressHash(@Qualifier("deviceKeys") KeyRing keys) {
		this.keys = keys;
	}

	/** 32 hex digits for the address, or the /64 of one of IPv6. */
	public String of(ClientAddress address) {
		byte[] secret = this.keys.signing().orElseThrow().secret();
		return HexFormat.of().formatHex(Hmac.sha256(secret, "address:" + address.limitKey()), 0, BYTES);
	}

}
