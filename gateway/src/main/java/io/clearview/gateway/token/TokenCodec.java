package io.clearview.gateway.token;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DrbgParameters;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.crypto.Mac;

import io.clearview.kit.keyring.Hmac;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and verifies tokens that prove themselves. The 32 bytes of a token:
 *
 * <pre>
 *  0      key: the first byte of SHA-256 of the key's ID
 *  1- 2   day of issue: days since 2020-01-01, unsigned
 *  3-16   112 random bits
 * 17-31   the first 120 bits of HMAC-SHA256 over bytes 0 to 16
 * </pre>
 *
 * A forged token passes with a probability of 2^-120, and costs no remote call. A token
 * is valid from its day of issue until the end of the day one lifetime later.
 * <p>
 * A file {@code <id>.compromised} beside a key marks it: nothing is signed with it any
 * more, and of its tokens only those pass whose account exists. Safe for use by several
 * threads; only {@link #reload()} does I/O.
 */
final class TokenCodec {

	static final int BYTES = 32;

	static final String COMPROMISED_SUFFIX = ".compromised";

	private static final Logger log = LoggerFactory.getLogger(TokenCodec.class);

	private static final LocalDate EPOCH = LocalDate.of(2020, 1, 1);

	private static final int RANDOM_AT = 3;

	private static final int MAC_AT = 17;

	private static final byte[] DOMAIN = "clearview-token-1:".getBytes(StandardCharsets.US_ASCII);

	/** Days by which another gateway's clock may be ahead. */
	private static final int SKEW_DAYS = 1;

	private final KeyRing ring;

	private final @Nullable Path directory;

	private final Duration lifetime;

	private final Clock clock;

	private final SecureRandom random = generator();

	private volatile State state = new State(List.of(), Set.of());

	/**
	 * Reads which keys are compromised.
	 * @param ring keys that sign tokens
	 * @param directory where the marks of compromised keys are; null for none
	 * @param lifetime of a token, whole days
	 * @param clock the system clock (UTC)
	 */
	TokenCodec(KeyRing ring, @Nullable Path directory, Duration lifetime, Clock clock) {
		this.ring = ring;
		this.directory = directory;
		this.lifetime = lifetime;
		this.clock = clock;
		reload();
	}

	/** A new token; empty while there is no key that may sign. */
	Optional<Issued> issue() {
		Set<String> compromised = this.state.compromised();
		return this.ring.signing()
			.filter((key) -> !compromised.contains(key.id()))
			.or(() -> this.ring.all()
				.stream()
				.filter((key) -> key.active() && !compromised.contains(key.id()))
				.max(Comparator.comparing(Key::created)))
			.map(this::issue);
	}

	private Issued issue(Key key) {
		Instant now = this.clock.instant();
		byte[] token = new byte[BYTES];
		this.random.nextBytes(token);
		token[0] = tag(key.id());
		ByteBuffer.wrap(token)
			.putShort(1, (short) ChronoUnit.DAYS.between(EPOCH, LocalDate.ofInstant(now, ZoneOffset.UTC)));
		byte[] mac = mac(new Signer(key, false), token);
		System.arraycopy(mac, 0, token, MAC_AT, BYTES - MAC_AT);
		return new Issued(token, now.plus(this.lifetime));
	}

	/** What a token proves; null when it was not made with one of the keys. */
	@Nullable Proof verify(byte[] token) {
		for (Signer signer : this.state.signers()) {
			if (signer.tag == token[0]) {
				byte[] mac = mac(signer, token);
				if (MessageDigest.isEqual(Arrays.copyOf(mac, BYTES - MAC_AT),
						Arrays.copyOfRange(token, MAC_AT, BYTES))) {
					return proof(token, signer);
				}
			}
		}
		return null;
	}

	private Proof proof(byte[] token, Signer signer) {
		LocalDate issued = EPOCH.plusDays(ByteBuffer.wrap(token).getShort(1) & 0xFFFF);
		Instant start = issued.atStartOfDay(ZoneOffset.UTC).toInstant();
		Instant expires = start.plus(this.lifetime).plus(1, ChronoUnit.DAYS);
		Instant now = this.clock.instant();
		boolean current = now.isBefore(expires) && !now.plus(SKEW_DAYS, ChronoUnit.DAYS).isBefore(start);
		return new Proof(start, expires, current, signer.compromised);
	}

	/** Follows the key ring and the marks of compromised keys. Blocks on files. */
	void reload() {
		Set<String> compromised;
		try {
			compromised = marks();
		}
		catch (IOException | RuntimeException ex) {
			log.warn("The marks of compromised token keys cannot be read ({}); they stay as they were",
					ex.getClass().getSimpleName());
			compromised = this.state.compromised();
		}
		if (!compromised.equals(this.state.compromised())) {
			log.warn("Compromised token keys: {}; of their tokens only those with an account pass", compromised);
		}
		List<Signer> signers = new ArrayList<>();
		for (Key key : this.ring.all()) {
			signers.add(new Signer(key, compromised.contains(key.id())));
		}
		this.state = new State(List.copyOf(signers), Set.copyOf(compromised));
	}

	private Set<String> marks() throws IOException {
		Set<String> ids = new HashSet<>();
		if (this.directory != null && Files.isDirectory(this.directory)) {
			try (DirectoryStream<Path> files = Files.newDirectoryStream(this.directory, "*" + COMPROMISED_SUFFIX)) {
				for (Path file : files) {
					String name = file.getFileName().toString();
					ids.add(name.substring(0, name.length() - COMPROMISED_SUFFIX.length()));
				}
			}
		}
		return ids;
	}

	private static byte[] mac(Signer signer, byte[] token) {
		try {
			// cheaper than to look an algorithm up and to hash the key into it
			Mac mac = (Mac) signer.mac.clone();
			mac.update(DOMAIN);
			mac.update(token, 0, MAC_AT);
			return mac.doFinal();
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException("The JDK's HMAC-SHA256 can be cloned", ex);
		}
	}

	private static byte tag(String keyId) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(keyId.getBytes(StandardCharsets.US_ASCII))[0];
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JDK has SHA-256", ex);
		}
	}

	/**
	 * A generator of full strength that reads the system's entropy now and not on an
	 * event loop later, as the platform's default does.
	 */
	private static SecureRandom generator() {
		try {
			SecureRandom generator = SecureRandom.getInstance("DRBG",
					DrbgParameters.instantiation(BYTES * Byte.SIZE, DrbgParameters.Capability.RESEED_ONLY, null));
			generator.nextBytes(new byte[BYTES]);
			return generator;
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every JDK has a DRBG", ex);
		}
	}

	/**
	 * A new token.
	 *
	 * @param token 32 bytes; known to the client alone from here on
	 * @param expires when it ends at the earliest
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Issued(byte[] token, Instant expires) {

		@Override
		public String toString() {
			return "Issued";
		}

	}

	/**
	 * What a genuine token says.
	 *
	 * @param issued the start of its day of issue
	 * @param expires when it ends
	 * @param current whether it is valid now by its day of issue
	 * @param compromised whether its key is marked compromised
	 */
	record Proof(Instant issued, Instant expires, boolean current, boolean compromised) {
	}

	/**
	 * What the files said at the last look.
	 *
	 * @param signers all keys
	 * @param compromised IDs of the keys that are marked
	 */
	private record State(List<Signer> signers, Set<String> compromised) {
	}

	/** A key, ready to sign. */
	private static final class Signer {

		private final byte tag;

		private final Mac mac;

		private final boolean compromised;

		Signer(Key key, boolean compromised) {
			this.tag = tag(key.id());
			this.compromised = compromised;
			this.mac = Hmac.sha256(key.secret());

		}

	}

}
