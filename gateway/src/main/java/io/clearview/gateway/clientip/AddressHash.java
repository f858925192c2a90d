package io.clearview.gateway.clientip;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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

	private static final String ALGORITHM = "HmacSHA256";

	private static final int BYTES = 16;

	private final KeyRing keys;

	AddressHash(@Qualifier("deviceKeys") KeyRing keys) {
		this.keys = keys;
	}

	/** 32 hex digits for the address, or the /64 of one of IPv6. */
	public String of(ClientAddress address) {
		byte[] secret = this.keys.signing().orElseThrow().secret();
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(secret, ALGORITHM));
			byte[] hash = mac.doFinal(("address:" + address.limitKey()).getBytes(StandardCharsets.US_ASCII));
			return HexFormat.of().formatHex(hash, 0, BYTES);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every JDK has " + ALGORITHM, ex);
		}
	}

}
