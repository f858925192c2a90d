package io.clearview.classifier.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import io.clearview.classifier.identity.Assertion.Refused;
import io.clearview.kit.keyring.DirectoryKeyRing;
import io.clearview.kit.keyring.DirectoryKeyRing.Minimum;
import org.junit.jupiter.api.Test;

class AssertionVerifierTest {

	private final TestGateway gateway = new TestGateway();

	private final DirectoryKeyRing keys = new DirectoryKeyRing("identity", this.gateway.keys(), Minimum.ANY_KEY,
			Duration.ZERO, Clock.systemUTC(), (_) -> {
			});

	private final AssertionVerifier verifier = verifier(Instant.now());

	@Test
	void believesTheGateway() {
		Date signed = Date.from(Instant.parse("2026-11-24T10:00:00Z"));
		assertThat(verify((claims) -> claims.claim("tier", "pro").claim("scope", "user").issueTime(signed))).isEqualTo(
				new Assertion.User(new Caller(TestGateway.USER, Tier.PRO, "test-correlation"), signed.toInstant()));
		assertThat(this.verifier.verify(this.gateway.operator()))
			.isEqualTo(new Assertion.Operator("ops-1", "test-correlation"));
	}

	@Test
	void believesTheNetworkThatTheGatewayNames() {
		assertThat(this.verifier.verify(this.gateway.user(TestGateway.USER, Tier.PRO, "ab".repeat(16))))
			.isInstanceOfSatisfying(Assertion.User.class,
					(user) -> assertThat(user.caller().network()).isEqualTo("ab".repeat(16)));
		assertThat(this.verifier.verify(this.gateway.user(TestGateway.USER, Tier.PRO, "192.0.2.0/24")))
			.isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesAnExpiredAssertionButAllowsForClocksThatDiffer() {
		String assertion = this.gateway.user();
		assertThat(verifier(Instant.now().plusSeconds(63)).verify(assertion)).isInstanceOf(Assertion.User.class);
		assertThat(verifier(Instant.now().plusSeconds(67)).verify(assertion)).isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesAnAssertionWithoutExpiry() {
		assertThat(verify((claims) -> claims.expirationTime(null))).isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesAnAssertionThatIsNotForThisService() {
		assertThat(verify((claims) -> claims.audience("clearview-gateway"))).isEqualTo(Refused.INVALID_TOKEN);
		assertThat(verify((claims) -> claims.audience((String) null))).isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesAnotherIssuer() {
		assertThat(verify((claims) -> claims.issuer("somebody"))).isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesAnAssertionThatIsNotValidYet() {
		assertThat(verify((claims) -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(60)))))
			.isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesUnknownTiersAndScopes() {
		assertThat(verify((claims) -> claims.claim("tier", "platinum"))).isEqualTo(Refused.INVALID_TOKEN);
		assertThat(verify((claims) -> claims.claim("tier", null))).isEqualTo(Refused.INVALID_TOKEN);
		assertThat(verify((claims) -> claims.claim("scope", "root"))).isEqualTo(Refused.INVALID_TOKEN);
		assertThat(verify((claims) -> claims.claim("scope", null))).isEqualTo(Refused.INVALID_TOKEN);
		assertThat(verify((claims) -> claims.claim("scope", 1))).isInstanceOf(Refused.class);
	}

	@Test
	void refusesAUserThatIsNoUser() {
		assertThat(verify((claims) -> claims.subject("x}:quota"))).isEqualTo(Refused.INVALID_TOKEN);
		assertThat(verify((claims) -> claims.subject(null))).isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesACorrelationIdThatCouldForgeALogLine() {
		assertThat(verify((claims) -> claims.claim("cid", "one\ntwo-three"))).isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesOtherAlgorithmsWithTheRightKey() {
		byte[] secret = this.gateway.write("k2", Instant.parse("2026-11-02T00:00:00Z"), true);
		byte[] longSecret = java.util.Arrays.copyOf(secret, 64);
		this.gateway.raw("k3", "created=2026-11-02T00:00:00Z%nactive=true%nsecret=%s%n"
			.formatted(Base64.getEncoder().encodeToString(longSecret)));
		this.keys.reload();
		String hs512 = TestGateway.sign(new JWSHeader.Builder(JWSAlgorithm.HS512).keyID("k3").build(), longSecret,
				TestGateway.USER, (claims) -> claims.claim("tier", "free").claim("scope", "user"));
		assertThat(this.verifier.verify(hs512)).isEqualTo(Refused.INVALID_TOKEN);
		String hs256 = TestGateway.sign(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k3").build(), longSecret,
				TestGateway.USER, (claims) -> claims.claim("tier", "free").claim("scope", "user"));
		assertThat(this.verifier.verify(hs256)).isInstanceOf(Assertion.User.class);
	}

	@Test
	void refusesAnUnsignedAssertion() {
		String[] parts = this.gateway.user().split("\\.");
		String none = Base64.getUrlEncoder()
			.withoutPadding()
			.encodeToString("{\"alg\":\"none\",\"kid\":\"k1\"}".getBytes());
		assertThat(this.verifier.verify(none + "." + parts[1] + ".")).isInstanceOf(Refused.class);
		assertThat(this.verifier.verify(parts[0] + "." + parts[1] + ".")).isInstanceOf(Refused.class);
	}

	@Test
	void refusesAChangedClaimUnderTheOldSignature() {
		String[] parts = this.gateway.user().split("\\.");
		String claims = new String(Base64.getUrlDecoder().decode(parts[1])).replace("free", "enterprise");
		String forged = Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes());
		assertThat(this.verifier.verify(parts[0] + "." + forged + "." + parts[2])).isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesUnknownAndMissingKeyIds() {
		byte[] secret = new byte[32];
		assertThat(this.verifier.verify(TestGateway.sign(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k9").build(),
				secret, TestGateway.USER, (claims) -> claims)))
			.isEqualTo(Refused.INVALID_TOKEN);
		assertThat(this.verifier
			.verify(TestGateway.sign(new JWSHeader(JWSAlgorithm.HS256), secret, TestGateway.USER, (claims) -> claims)))
			.isEqualTo(Refused.INVALID_TOKEN);
	}

	@Test
	void refusesWhatIsNoToken() {
		assertThat(this.verifier.verify("")).isEqualTo(Refused.INVALID_FORMAT);
		assertThat(this.verifier.verify("a.b.c")).isEqualTo(Refused.INVALID_FORMAT);
		assertThat(this.verifier.verify("x".repeat(100_000))).isEqualTo(Refused.INVALID_FORMAT);
	}

	@Test
	void believesARetiredKeyUntilItsFileIsGone() {
		String assertion = this.gateway.user();
		this.gateway.raw("k1",
				"created=2026-11-01T00:00:00Z%nactive=false%nsecret=%s%n".formatted(this.gateway.secret()));
		this.gateway.write("k2", Instant.parse("2026-11-02T00:00:00Z"), true);
		this.keys.reload();
		assertThat(this.verifier.verify(assertion)).isInstanceOf(Assertion.User.class);
		this.gateway.remove("k1");
		this.keys.reload();
		assertThat(this.verifier.verify(assertion)).isEqualTo(Refused.INVALID_TOKEN);
	}

	private Assertion verify(java.util.function.UnaryOperator<com.nimbusds.jwt.JWTClaimsSet.Builder> change) {
		return this.verifier.verify(this.gateway.sign(TestGateway.USER,
				(claims) -> change.apply(claims.claim("tier", "free").claim("scope", "user"))));
	}

	private AssertionVerifier verifier(Instant now) {
		return new AssertionVerifier(this.keys, Duration.ofSeconds(5), Clock.fixed(now, ZoneOffset.UTC));
	}

}
