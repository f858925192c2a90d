package io.clearview.classifier.identity;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Set;
import java.util.regex.Pattern;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import io.clearview.classifier.error.CorrelationId;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;

/**
 * Decides whether an assertion is the gateway's: a JWT (RFC 7519), signed with HS256 and
 * nothing else, by a key of the ring, for this service, not expired.
 */
final class AssertionVerifier {

	static final String ISSUER = "clearview-gateway";

	static final String AUDIENCE = "clearview-classifier";

	static final String TIER = "tier";

	static final String CORRELATION = "cid";

	static final String SCOPE = "scope";

	static final String NETWORK = "net";

	private static final int LONGEST = 4096;

	private static final Pattern USER = Pattern.compile("[0-9a-f]{64}");

	private static final Pattern HASH = Pattern.compile("[0-9a-f]{32}");

	private static final Pattern OPERATOR = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");

	private final KeyRing keys;

	private final Claims claims;

	AssertionVerifier(KeyRing keys, Duration skew, Clock clock) {
		this.keys = keys;
		this.claims = new Claims(skew, clock);
	}

	Assertion verify(String text) {
		if (text.length() > LONGEST) {
			return Assertion.Refused.INVALID_FORMAT;
		}
		try {
			SignedJWT token = SignedJWT.parse(text);
			JWSHeader header = token.getHeader();
			String keyId = header.getKeyID();
			Key key = (keyId != null) ? this.keys.find(keyId).orElse(null) : null;
			if (key == null || !JWSAlgorithm.HS256.equals(header.getAlgorithm())
					|| !token.verify(new MACVerifier(key.secret()))) {
				return Assertion.Refused.INVALID_TOKEN;
			}
			JWTClaimsSet claims = token.getJWTClaimsSet();
			this.claims.verify(claims, null);
			return assertion(claims);
		}
		catch (ParseException _) {
			return Assertion.Refused.INVALID_FORMAT;
		}
		catch (JOSEException | BadJWTException _) {
			return Assertion.Refused.INVALID_TOKEN;
		}
	}

	private static Assertion assertion(JWTClaimsSet claims) throws ParseException {
		String subject = claims.getSubject();
		String correlation = claims.getStringClaim(CORRELATION);
		if (!CorrelationId.isValid(correlation)) {
			return Assertion.Refused.INVALID_TOKEN;
		}
		return switch (claims.getStringClaim(SCOPE)) {
			case "user" -> {
				Tier tier = Tier.labelled(claims.getStringClaim(TIER));
				String network = claims.getStringClaim(NETWORK);
				yield (tier != null && USER.matcher(subject).matches()
						&& (network == null || HASH.matcher(network).matches()))
								? new Assertion.User(new Caller(subject, tier, correlation, network),
										claims.getIssueTime().toInstant())
								: Assertion.Refused.INVALID_TOKEN;
			}
			case "admin" -> OPERATOR.matcher(subject).matches() ? new Assertion.Operator(subject, correlation)
					: Assertion.Refused.INVALID_TOKEN;
			default -> Assertion.Refused.INVALID_TOKEN;
		};
	}

	/** The library's checks, by a clock that is given. */
	private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {

		private final Clock clock;

		Claims(Duration skew, Clock clock) {
			super(AUDIENCE, new JWTClaimsSet.Builder().issuer(ISSUER).build(),
					Set.of("sub", "exp", "iat", CORRELATION, SCOPE));
			setMaxClockSkew((int) skew.toSeconds());
			this.clock = clock;
		}

		@Override
		protected Date currentTime() {
			return Date.from(this.clock.instant());
		}

	}

}
