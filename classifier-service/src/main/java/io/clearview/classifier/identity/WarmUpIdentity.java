package io.clearview.classifier.identity;

import java.time.Clock;
import java.time.Instant;
import java.util.Date;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;

/**
 * The identity under which this instance exercises itself before it is ready: a user who
 * does not exist, signed with the key that the gateway signs with.
 */
public final class WarmUpIdentity {

	/** The user who does not exist. */
	public static final String USER = "0".repeat(64);

	private static final int VALID_SECONDS = 60;

	private final KeyRing keys;

	private final Clock clock;

	WarmUpIdentity(KeyRing keys, Clock clock) {
		this.keys = keys;
		this.clock = clock;
	}

	/** An assertion that {@link IdentityFilter#users()} believes for a minute. */
	public String assertion() {
		Key key = this.keys.all().iterator().next();
		Instant now = this.clock.instant();
		SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.id()).build(),
				new JWTClaimsSet.Builder().issuer(AssertionVerifier.ISSUER)
					.audience(AssertionVerifier.AUDIENCE)
					.subject(USER)
					.claim(AssertionVerifier.TIER, Tier.FREE.label())
					.claim(AssertionVerifier.SCOPE, "user")
					.claim(AssertionVerifier.CORRELATION, "warming-up")
					.issueTime(Date.from(now))
					.expirationTime(Date.from(now.plusSeconds(VALID_SECONDS)))
					.build());
		try {
			token.sign(new MACSigner(key.secret()));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("Key " + key.id() + " cannot sign HS256", ex);
		}
	}

}
