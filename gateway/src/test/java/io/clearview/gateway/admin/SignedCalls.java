package io.clearview.gateway.admin;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.clearview.gateway.testing.Gateway;

/** Signs administrative requests as an operator's program does. */
final class SignedCalls {

	private final String keyId;

	private final byte[] secret;

	SignedCalls(String keyId, byte[] secret) {
		this.keyId = keyId;
		this.secret = secret;
	}

	HttpRequest.Builder call(Gateway gateway, String method, String path) {
		return call(gateway, method, path, "");
	}

	HttpRequest.Builder call(Gateway gateway, String method, String path, String body) {
		return call(gateway, method, path, body, Instant.now(), UUID.randomUUID().toString());
	}

	HttpRequest.Builder call(Gateway gateway, String method, String path, String body, Instant when, String nonce) {
		return gateway.request(path)
			.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
			.header("X-Key-Id", this.keyId)
			.header("X-Timestamp", Long.toString(when.getEpochSecond()))
			.header("X-Nonce", nonce)
			.header("X-Signature", sign(method, path, when, nonce, body));
	}

	String sign(String method, String path, Instant when, String nonce, String body) {
		try {
			String hash = HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(this.secret, "HmacSHA256"));
			String text = this.keyId + "\n" + method + "\n" + path + "\n" + when.getEpochSecond() + "\n" + nonce + "\n"
					+ hash;
			return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
