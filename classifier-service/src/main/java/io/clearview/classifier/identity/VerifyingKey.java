package io.clearview.classifier.identity;

import java.security.MessageDigest;
import java.time.Instant;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;

/** A key that the gateway signs with, ready to verify. Its secret is never shown. */
final class VerifyingKey {

	private final String id;

	private final Instant created;

	private final boolean active;

	private final byte[] secret;

	private final JWSVerifier verifier;

	/**
	 * @param id its name, {@code [A-Za-z0-9_-]{1,64}}
	 * @param created when it was made
	 * @param active whether it still signs; one that does not still verifies
	 * @param secret at least 32 bytes
	 */
	VerifyingKey(String id, Instant created, boolean active, byte[] secret) {
		this.id = id;
		this.created = created;
		this.active = active;
		this.secret = secret;
		try {
			this.verifier = new MACVerifier(secret);
		}
		catch (JOSEException ex) {
			throw new IllegalArgumentException("Key " + id + " cannot verify HS256", ex);
		}
	}

	String id() {
		return this.id;
	}

	Instant created() {
		return this.created;
	}

	boolean active() {
		return this.active;
	}

	JWSVerifier verifier() {
		return this.verifier;
	}

	JWSSigner signer() throws JOSEException {
		return new MACSigner(this.secret);
	}

	boolean isSameAs(VerifyingKey other) {
		return this.id.equals(other.id) && this.created.equals(other.created) && this.active == other.active
				&& MessageDigest.isEqual(this.secret, other.secret);
	}

	@Override
	public String toString() {
		return "VerifyingKey[" + this.id + "]";
	}

}
