package io.clearview.gateway.clientip;

import java.time.Clock;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;

import io.clearview.gateway.context.ClientAddress;
import io.clearview.kit.keyring.Hmac;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Names the networks around an address for a week: an HMAC-SHA256 of the prefix under a
 * key that is derived from the device key and changes on Mondays at 00:00 UTC. No address
 * is kept, and two weeks of one network cannot be linked without the key.
 */
@Component
public final class NetworkHash {

	private static final int DIGITS = 32;

	private static final int IPV4_BYTES = 4;

	private static final int IPV4_NETWORK = 3;

	private static final int IPV6_NETWORK = 6;

	private final KeyRing keys;

	private final Clock clock;

	private volatile @Nullable WeekKey weekKey;

	NetworkHash(@Qualifier("deviceKeys") KeyRing keys, Clock clock) {
		this.keys = keys;
		this.clock = clock;
	}

	/** 32 hex digits for the /24 of an IPv4 address, the /48 of one of IPv6. */
	public String of(ClientAddress client) {
		return of(client, (client.address().getAddress().length > IPV4_BYTES) ? IPV6_NETWORK : IPV4_NETWORK);
	}

	/** 32 hex digits for the first {@code bytes} of an address. */
	public String of(ClientAddress client, int bytes) {
		String prefix = HexFormat.of().formatHex(client.address().getAddress(), 0, bytes);
		return HexFormat.of().formatHex(Hmac.sha256(weekKey(), "network\n" + prefix)).substring(0, DIGITS);
	}

	private byte[] weekKey() {
		Key key = this.keys.signing()
			.orElseThrow(() -> new IllegalStateException("The device key ring has no active key"));
		LocalDate monday = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC).with(DayOfWeek.MONDAY);
		WeekKey known = this.weekKey;
		if (known == null || known.key() != key || !known.monday().equals(monday)) {
			known = new WeekKey(key, monday, Hmac.sha256(key.secret(), "network:" + monday));
			this.weekKey = known;
		}
		return known.secret();
	}

	@SuppressWarnings("ArrayRecordComponent")
	private record WeekKey(Key key, LocalDate monday, byte[] secret) {
	}

}
