package io.clearview.gateway.token;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;
import io.clearview.kit.testing.MovingClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Tokens, bit by bit. */
class TokenCodecTest {

	private static final Duration YEAR = Duration.ofDays(365);

	@TempDir
	private Path marks;

	private final MovingClock clock = new MovingClock(Instant.parse("2026-11-27T23:59:00Z"));

	private final List<Key> keys = new ArrayList<>(List.of(key("one")));

	private final TokenCodec codec = new TokenCodec(new Ring(this.keys), null, YEAR, this.clock);

	@Test
	void provesItsOwnTokensForAYearFromTheDayOfIssue() {
		TokenCodec.Issued issued = this.codec.issue().orElseThrow();
		assertThat(issued.token()).hasSize(32);
		assertThat(issued.expires()).isEqualTo("2027-11-27T23:59:00Z");
		assertThat(this.codec.verify(issued.token())).returns(true, TokenCodec.Proof::current)
			.returns(Instant.parse("2027-11-28T00:00:00Z"), TokenCodec.Proof::expires);
		this.clock.advance(YEAR.plusSeconds(59));
		assertThat(this.codec.verify(issued.token()).current()).isTrue();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.codec.verify(issued.token()).current()).isFalse();
	}

	@Test
	void refusesATokenWithAnyBitChanged() {
		byte[] token = this.codec.issue().orElseThrow().token();
		for (int bit = 0; bit < 256; bit++) {
			byte[] forged = token.clone();
			forged[bit / 8] ^= (byte) (1 << (bit % 8));
			assertThat(this.codec.verify(forged)).as("bit %d", bit).isNull();
		}
	}

	@Test
	void refusesRandomTokensEvenOfTheRightKeyAndDay() {
		byte[] genuine = this.codec.issue().orElseThrow().token();
		Random random = new Random(1);
		for (int i = 0; i < 100_000; i++) {
			byte[] forged = new byte[32];
			random.nextBytes(forged);
			System.arraycopy(genuine, 0, forged, 0, 3);
			assertThat(this.codec.verify(forged)).isNull();
		}
	}

	@Test
	void tokensOfARotatedKeyPassUntilTheKeyIsRemoved() {
		byte[] token = this.codec.issue().orElseThrow().token();
		this.keys.addFirst(key("two"));
		this.codec.reload();
		assertThat(this.codec.issue().orElseThrow().token()[0]).isNotEqualTo(token[0]);
		assertThat(this.codec.verify(token)).isNotNull();
		this.keys.removeLast();
		this.codec.reload();
		assertThat(this.codec.verify(token)).isNull();
	}

	@Test
	void aCompromisedKeySignsNothingAndItsTokensSaySo() throws IOException {
		this.keys.add(key("two"));
		TokenCodec marked = new TokenCodec(new Ring(this.keys), this.marks, YEAR, this.clock);
		byte[] token = marked.issue().orElseThrow().token();
		assertThat(marked.verify(token).compromised()).isFalse();
		Files.createFile(this.marks.resolve("one.compromised"));
		marked.reload();
		assertThat(marked.verify(token).compromised()).isTrue();
		assertThat(marked.verify(marked.issue().orElseThrow().token()).compromised()).isFalse();
		Files.createFile(this.marks.resolve("two.compromised"));
		marked.reload();
		assertThat(marked.issue()).isEmpty();
	}

	private static Key key(String id) {
		return new Key(id, Instant.EPOCH, true, (id + "0".repeat(64)).getBytes(StandardCharsets.US_ASCII));
	}

	private record Ring(List<Key> keys) implements KeyRing {

		@Override
		public Optional<Key> signing() {
			return Optional.of(this.keys.getFirst());
		}

		@Override
		public Optional<Key> find(String id) {
			return this.keys.stream().filter((key) -> key.id().equals(id)).findFirst();
		}

		@Override
		public Collection<Key> all() {
			return this.keys;
		}

	}

}
