package io.clearview.gateway.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Names a device for a day: a hash of what a browser says of itself together with the
 * network it came from, under a key that changes at 00:00 UTC. No address is kept, and
 * two days of one device cannot be linked without the key.
 */
@Component
final class DeviceHash {

	private static final String ALGORITHM = "HmacSHA256";

	private static final int DIGITS = 32;

	private final ClientAddressResolver addresses;

	private final KeyRing keys;

	private final Clock clock;

	DeviceHash(ClientAddressResolver addresses, @Qualifier("deviceKeys") KeyRing keys, Clock clock) {
		this.addresses = addresses;
		this.keys = keys;
		this.clock = clock;
	}

	/** The name of the device that sent this request, 32 hex digits. */
	String of(ServerWebExchange exchange) {
		Key key = this.keys.signing()
			.orElseThrow(() -> new IllegalStateException("The device key ring has no active key"));
		LocalDate today = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC);
		HttpHeaders headers = exchange.getRequest().getHeaders();
		String device = String.join("\n", this.addresses.resolve(exchange).network(),
				first(headers, HttpHeaders.USER_AGENT), first(headers, HttpHeaders.ACCEPT_LANGUAGE),
				first(headers, HttpHeaders.ACCEPT_ENCODING));
		byte[] keyOfToday = hmac(key.secret(), "device:" + today);
		return HexFormat.of().formatHex(hmac(keyOfToday, device)).substring(0, DIGITS);
	}

	private static String first(HttpHeaders headers, String name) {
		String value = headers.getFirst(name);
		return (value != null) ? value : "";
	}

	private static byte[] hmac(byte[] key, String text) {
		try {
			Mac mac = Mac.getInstance(ALGORITHM);
			mac.init(new SecretKeySpec(key, ALGORITHM));
			return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java runtime has " + ALGORITHM, ex);
		}
	}

}
