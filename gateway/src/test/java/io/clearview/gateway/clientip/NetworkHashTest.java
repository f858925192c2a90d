package io.clearview.gateway.clientip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import io.clearview.gateway.context.ClientAddress;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;
import org.junit.jupiter.api.Test;

class NetworkHashTest {

	private static final Instant FRIDAY = Instant.parse("2026-11-27T12:00:00Z");

	private static final Instant SUNDAY_NIGHT = Instant.parse("2026-11-29T23:59:59Z");

	private static final Instant MONDAY = Instant.parse("2026-11-30T00:00:00Z");

	private final Key key = new Key("d1", FRIDAY, true, new byte[32]);

	@Test
	void namesTheNetworkOfAnAddress() {
		assertThat(of("192.0.2.1", FRIDAY)).matches("[0-9a-f]{32}")
			.isEqualTo(of("192.0.2.254", FRIDAY))
			.isNotEqualTo(of("192.0.3.1", FRIDAY));
		assertThat(of("2001:db8:1:ffff::1", FRIDAY)).isEqualTo(of("2001:db8:1:2::3", FRIDAY))
			.isNotEqualTo(of("2001:db8:2::1", FRIDAY));
	}

	@Test
	void anotherWeekHasOtherNames() {
		assertThat(of("192.0.2.1", SUNDAY_NIGHT)).isEqualTo(of("192.0.2.1", FRIDAY))
			.isNotEqualTo(of("192.0.2.1", MONDAY));
	}

	@Test
	void anotherKeyHasOtherNames() {
		byte[] secret = new byte[32];
		secret[0] = 1;
		assertThat(of("192.0.2.1", FRIDAY)).isNotEqualTo(of("192.0.2.1", FRIDAY, new Key("d2", FRIDAY, true, secret)));
	}

	private String of(String address, Instant now) {
		return of(address, now, this.key);
	}

	private static String of(String address, Instant now, Key key) {
		try {
			return new NetworkHash(ring(key), Clock.fixed(now, ZoneOffset.UTC))
				.of(new ClientAddress(InetAddress.getByName(address)));
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static KeyRing ring(Key key) {
		return new KeyRing() {
			@Override
			public Optional<Key> signing() {
				return Optional.of(key);
			}

			@Override
			public Optional<Key> find(String id) {
				return signing().filter((one) -> one.id().equals(id));
			}

			@Override
			public Collection<Key> all() {
				return List.of(key);
			}
		};
	}

}
