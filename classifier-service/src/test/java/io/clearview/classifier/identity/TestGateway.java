package io.clearview.classifier.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.clearview.kit.testing.OutputScan;

/** Signs as the gateway does, with a key ring in a temporary directory. */
public final class TestGateway {

	/** A user of the free tier. */
	public static final String USER = "0123456789abcdef".repeat(4);

	private final AtomicInteger users = new AtomicInteger();

	private final Path keys;

	private byte[] secret = new byte[32];

	public TestGateway() {
		try {
			this.keys = Files.createTempDirectory("identity-keys");
			this.keys.toFile().deleteOnExit();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.secret = write("k1", Instant.parse("2026-11-01T00:00:00Z"), true);
	}

	/** The directory of the key ring. */
	public Path keys() {
		return this.keys;
	}

	/** What is never to be logged. */
	public String secret() {
		return Base64.getEncoder().encodeToString(this.secret);
	}

	/** Adds a key, or gives one a new secret. */
	public byte[] write(String id, Instant created, boolean active) {
		byte[] secret = new byte[32];
		new SecureRandom().nextBytes(secret);
		OutputScan.secret(Base64.getEncoder().encodeToString(secret));
		raw(id, "created=%s%nactive=%s%nsecret=%s%n".formatted(created, active,
				Base64.getEncoder().encodeToString(secret)));
		return secret;
	}

	/** Writes whatever is given as a key's file. */
	public void raw(String id, String text) {
		try {
			Path draft = Files.writeString(this.keys.resolve(id + ".draft"), text);
			Files.move(draft, this.keys.resolve(id + ".key"), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
			// before its directory: what is registered last is deleted first
			this.keys.resolve(id + ".key").toFile().deleteOnExit();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Takes a key away. */
	public void remove(String id) {
		try {
			Files.delete(this.keys.resolve(id + ".key"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** An assertion for a user of the free tier. */
	public String user() {
		return user(USER, Tier.FREE);
	}

	public String user(String userId, Tier tier) {
		return sign(userId, (claims) -> claims.claim("tier", tier.label()).claim("scope", "user"));
	}

	/** An assertion for a user of a network. */
	public String user(String userId, Tier tier, String network) {
		return sign(userId,
				(claims) -> claims.claim("tier", tier.label()).claim("scope", "user").claim("net", network));
	}

	/** An assertion for a user who has not asked before. */
	public String newUser(Tier tier) {
		return user("e%063x".formatted(this.users.incrementAndGet()), tier);
	}

	public String operator() {
		return sign("ops-1", (claims) -> claims.claim("scope", "admin"));
	}

	/** An assertion that is as it should be but for what {@code change} does to it. */
	public String sign(String subject, UnaryOperator<JWTClaimsSet.Builder> change) {
		return sign(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), this.secret, subject, change);
	}

	public static String sign(JWSHeader header, byte[] secret, String subject,
			UnaryOperator<JWTClaimsSet.Builder> change) {
		Instant now = Instant.now();
		JWTClaimsSet claims = change
			.apply(new JWTClaimsSet.Builder().issuer("clearview-gateway")
				.audience("clearview-classifier")
				.subject(subject)
				.claim("cid", "test-correlation")
				.issueTime(Date.from(now))
				.expirationTime(Date.from(now.plusSeconds(60))))
			.build();
		try {
			SignedJWT token = new SignedJWT(header, claims);
			token.sign(new MACSigner(secret));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
