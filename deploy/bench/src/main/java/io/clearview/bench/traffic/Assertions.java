package io.clearview.bench.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Speaks for the gateway where the classifier is measured without it: signs identities
 * with the local stack's own key.
 */
public final class Assertions {

	private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

	private final String header;

	private final Mac mac;

	private final Clock clock;

	/**
	 * Takes the first key of a ring.
	 * @param ring directory of the identity key ring
	 */
	public Assertions(Path ring, Clock clock) {
		this.clock = clock;
		try (Stream<Path> files = Files.list(ring)) {
			Path file = files.filter((path) -> path.toString().endsWith(".key")).sorted().findFirst().orElseThrow();
			Properties key = new Properties();
			try (InputStream in = Files.newInputStream(file)) {
				key.load(in);
			}
			this.mac = Mac.getInstance("HmacSHA256");
			this.mac.init(new SecretKeySpec(Base64.getDecoder().decode(key.getProperty("secret")), "HmacSHA256"));
			String name = file.getFileName().toString().replaceFirst("\\.key$", "");
			this.header = BASE64.encodeToString(utf8("{\"alg\":\"HS256\",\"kid\":\"" + name + "\"}"));
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException("No identity key in " + ring, ex);
		}
	}

	/** The same users, as the gateway would introduce them. Used by one event loop. */
	public List<Credential> introduce(List<BenchUser> accounts) {
		return accounts.stream().<Credential>map((account) -> new Introduced(account.userId())).toList();
	}

	private byte[] headers(String userId, long now) {
		String claims = """
				{"iss":"clearview-gateway","aud":"clearview-classifier","sub":"%s","tier":"free",\
				"cid":"bench-%s","scope":"user","iat":%d,"exp":%d}""".formatted(userId, userId.substring(0, 10), now,
				now + 60);
		String signed = this.header + "." + BASE64.encodeToString(utf8(claims));
		String signature = BASE64.encodeToString(this.mac.doFinal(utf8(signed)));
		return utf8("X-ClearView-Identity: " + signed + "." + signature + "\r\nX-Correlation-ID: bench-"
				+ userId.substring(0, 10) + "\r\n");
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** Signs anew when half of the assertion's minute is over. */
	private final class Introduced implements Credential {

		private final String userId;

		private byte[] headers = {};

		private long signed;

		Introduced(String userId) {
			this.userId = userId;
		}

		@Override
		public byte[] headers() {
			long now = Assertions.this.clock.instant().getEpochSecond();
			if (now - this.signed > 30) {
				this.headers = Assertions.this.headers(this.userId, now);
				this.signed = now;
			}
			return this.headers;
		}

	}

}
