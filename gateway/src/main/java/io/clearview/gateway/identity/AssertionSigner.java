package io.clearview.gateway.identity;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Signs, for one minute, who is calling: a JWT with HS256 under the newest active
 * identity key. docs/architecture.md lists its claims.
 */
@Component
public final class AssertionSigner {

	/** The header the classifier reads an assertion from. */
	public static final String HEADER = "X-ClearView-Identity";

	private static final Duration LIFETIME = Duration.ofSeconds(60);

	private static final String ISSUER = "clearview-gateway";

	private static final String AUDIENCE = "clearview-classifier";

	private final KeyRing keys;

	private final Clock clock;

	private final JsonMapper json;

	private volatile @Nullable Prepared prepared;

	AssertionSigner(@Qualifier("identityKeys") KeyRing keys, Clock clock, JsonMapper json) {
		this.keys = keys;
		this.clock = clock;
		this.json = json;
	}

	/**
	 * Signs an assertion.
	 * @param subject the user's ID, or the name of an operator's key
	 * @param tier the account's tier; null for an operator
	 * @param scope what the assertion is good for
	 * @param correlationId the name of the request it is made for
	 * @return the compact form of the JWT
	 * @throws IllegalStateException when the ring has no active key
	 */
	public String sign(String subject, @Nullable String tier, Scope scope, String correlationId) {
		return sign(subject, tier, scope, correlationId, null);
	}

	/**
	 * Signs an assertion, as the other method does.
	 * @param network keyed hash of the network that the request came from; null for an
	 * operator
	 */
	String sign(String subject, @Nullable String tier, Scope scope, String correlationId, @Nullable String network) {
		Prepared signer = signer();
		Instant now = this.clock.instant();
		Map<String, Object> claims = new LinkedHashMap<>();
		claims.put("iss", ISSUER);
		claims.put("aud", AUDIENCE);
		claims.put("sub", subject);
		claims.put("cid", correlationId);
		claims.put("scope", scope.label());
		if (tier != null) {
			claims.put("tier", tier);
		}
		if (network != null) {
			claims.put("net", network);
		}
		claims.put("iat", now.getEpochSecond());
		claims.put("exp", now.plus(LIFETIME).getEpochSecond());
		JWSObject jwt = new JWSObject(signer.header(), new Payload(this.json.writeValueAsBytes(claims)));
		try {
			jwt.sign(signer.mac());
		}
		catch (JOSEException ex) {
			throw new IllegalStateException("Identity key " + signer.key().id() + " cannot sign", ex);
		}
		return jwt.serialize();
	}

	/** The signer of the current key; made anew only when the key changes. */
	private Prepared signer() {
		Key key = this.keys.signing()
			.orElseThrow(() -> new IllegalStateException("The identity key ring has no active key"));
		Prepared current = this.prepared;
		if (current != null && current.key() == key) {
			return current;
		}
		try {
			JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.id()).build();
			// one that was read keeps the text it was read from, and need not be written
			// again
			Prepared fresh = new Prepared(key, JWSHeader.parse(header.toBase64URL()), new MACSigner(key.secret()));
			this.prepared = fresh;
			return fresh;
		}
		catch (JOSEException | ParseException ex) {
			throw new IllegalStateException("Identity key " + key.id() + " is no key for HS256", ex);
		}
	}

	private record Prepared(Key key, JWSHeader header, MACSigner mac) {
	}

}
