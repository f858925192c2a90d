package io.clearview.kit.keyring;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 (RFC 2104). Its results have 32 bytes. */
public final class Hmac {

	private static final String ALGORITHM = "HmacSHA256";

	private Hmac() {
	}

	/** The code of a text, in UTF-8, under a secret that is not empty. */
	public static byte[] sha256(byte[] secret, String text) {
		return sha256(secret).doFinal(text.getBytes(StandardCharsets.UTF_8));
	}

	/** Computes codes under one secret; for one thread at a time, and to be cloned. */
	public static Mac sha256(byte[] secret) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(secret, ALGORITHM));
			return mac;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java runtime has " + ALGORITHM, ex);
		}
	}

}
