package io.clearview.console.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sets an account's tier through the gateway's signed administrative interface. */
final class Accounts {

	private static final SecureRandom RANDOM = new SecureRandom();

	private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private final String gateway;

	private final Path ring;

	/**
	 * Through this gateway.
	 * @param ring the admin key ring
	 */
	Accounts(String gateway, Path ring) {
		this.gateway = gateway;
		this.ring = ring;
	}

	/** Sets the tier; returns the gateway's status. */
	int tier(String user, String tier) throws IOException {
		String path = "/admin/accounts/" + user + "/tier";
		String body = "{\"tier\":\"" + tier + "\"}";
		try {
			Path key = key();
			String id = key.getFileName().toString().replaceFirst("\\.key$", "");
			Properties properties = new Properties();
			try (var in = Files.newBufferedReader(key)) {
				properties.load(in);
			}
			String timestamp = Long.toString(Instant.now().getEpochSecond());
			byte[] random = new byte[16];
			RANDOM.nextBytes(random);
			String nonce = HexFormat.of().formatHex(random);
			String hash = HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8)));
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(Base64.getDecoder().decode(properties.getProperty("secret", "").strip()),
					"HmacSHA256"));
			String signature = HexFormat.of()
				.formatHex(mac.doFinal(
						String.join("\n", id, "PUT", path, timestamp, nonce, hash).getBytes(StandardCharsets.UTF_8)));
			HttpRequest request = HttpRequest.newBuilder(URI.create(this.gateway + path))
				.timeout(Duration.ofSeconds(5))
				.header("Content-Type", "application/json")
				.header("X-Key-Id", id)
				.header("X-Timestamp", timestamp)
				.header("X-Nonce", nonce)
				.header("X-Signature", signature)
				.PUT(HttpRequest.BodyPublishers.ofString(body))
				.build();
			return this.client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	private Path key() throws IOException {
		try (Stream<Path> files = Files.list(this.ring)) {
			List<Path> keys = files.filter((file) -> file.toString().endsWith(".key")).sorted().toList();
			if (keys.isEmpty()) {
				throw new IOException("There is no key in " + this.ring);
			}
			return keys.getLast();
		}
	}

}
