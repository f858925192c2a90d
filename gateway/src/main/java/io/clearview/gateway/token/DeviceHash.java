package io.clearview.gateway.token;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;

import io.clearview.gateway.clientip.ClientAddressResolver;
import io.clearview.gateway.clientip.NetworkHash;
import io.clearview.gateway.context.ClientAddress;
import io.clearview.kit.keyring.Hmac;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Names a device for a day and the networks around it for a week: hashes of the address,
 * and of what a browser says of itself, under keys that change at 00:00 UTC, of networks
 * on Mondays. No address is kept, and two days of one device cannot be linked without the
 * key. A network's name lasts longer because its bucket takes days to refill.
 */
@Component
final class DeviceHash {

	private static final int DIGITS = 32;

	private static final int IPV4_BYTES = 4;

	private final ClientAddressResolver addresses;

	private final NetworkHash networks;

	private final KeyRing keys;

	private final Clock clock;

	DeviceHash(ClientAddressResolver addresses, NetworkHash networks, @Qualifier("deviceKeys") KeyRing keys,
			Clock clock) {
		this.addresses = addresses;
		this.networks = networks;
		this.keys = keys;
		this.clock = clock;
	}

	/** The device that sent this request. */
	Device of(ServerWebExchange exchange) {
		Key key = this.keys.signing()
			.orElseThrow(() -> new IllegalStateException("The device key ring has no active key"));
		LocalDate today = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC);
		HttpHeaders headers = exchange.getRequest().getHeaders();
		ClientAddress client = this.addresses.resolve(exchange);
		String device = String.join("\n", client.limitKey(), first(headers, HttpHeaders.USER_AGENT),
				first(headers, HttpHeaders.ACCEPT_LANGUAGE), first(headers, HttpHeaders.ACCEPT_ENCODING));
		byte[] keyOfToday = Hmac.sha256(key.secret(), "device:" + today);
		byte[] address = client.address().getAddress();
		boolean six = address.length > IPV4_BYTES;
		List<String> networks = six ? List.of(this.networks.of(client, 7), this.networks.of(client))
				: List.of(this.networks.of(client));
		return new Device(name(keyOfToday, "device\n" + device), networks.getLast(), networks, six);
	}

	private static String name(byte[] key, String text) {
		return HexFormat.of().formatHex(Hmac.sha256(key, text)).substring(0, DIGITS);
	}

	private static String first(HttpHeaders headers, String name) {
		String value = headers.getFirst(name);
		return (value != null) ? value : "";
	}

}
