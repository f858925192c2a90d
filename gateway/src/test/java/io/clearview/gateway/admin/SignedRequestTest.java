package io.clearview.gateway.admin;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class SignedRequestTest {

	private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] BODY = "{\"tier\":\"pro\"}".getBytes(StandardCharsets.US_ASCII);

	/**
	 * Made with
	 * {@code printf 'ops\nPUT\n/admin/accounts/x/tier?a=%%20\n1795448837\nnonce-nonce-nonce\n
	 * <sha256sum of the body>' | openssl dgst -sha256 -hmac ...}.
	 */
	private static final String SIGNATURE = "2a50962c97b307ed5cbc2577cdf5257364c06bd02fc1f5aae6dc0fc9e124ac78";

	@Test
	void acceptsWhatAnotherProgramSigned() {
		assertThat(signed(SIGNATURE).isSignedWith(SECRET, "PUT", "/admin/accounts/x/tier?a=%20", BODY)).isTrue();
	}

	@Test
	void refusesWhateverDiffers() {
		SignedRequest request = signed(SIGNATURE);
		assertThat(request.isSignedWith(SECRET, "POST", "/admin/accounts/x/tier?a=%20", BODY)).isFalse();
		assertThat(request.isSignedWith(SECRET, "PUT", "/admin/accounts/y/tier?a=%20", BODY)).isFalse();
		assertThat(request.isSignedWith(SECRET, "PUT", "/admin/accounts/x/tier", BODY)).isFalse();
		assertThat(request.isSignedWith(SECRET, "PUT", "/admin/accounts/x/tier?a=%20", new byte[0])).isFalse();
		assertThat(request.isSignedWith(new byte[32], "PUT", "/admin/accounts/x/tier?a=%20", BODY)).isFalse();
		assertThat(SignedRequest.of(headers("ops2", "1795448837", "nonce-nonce-nonce", SIGNATURE))
			.isSignedWith(SECRET, "PUT", "/admin/accounts/x/tier?a=%20", BODY)).as("the same secret under another name")
			.isFalse();
		assertThat(SignedRequest.of(headers("ops", "1795448838", "nonce-nonce-nonce", SIGNATURE))
			.isSignedWith(SECRET, "PUT", "/admin/accounts/x/tier?a=%20", BODY)).isFalse();
		assertThat(SignedRequest.of(headers("ops", "1795448837", "nonce-nonce-nonc3", SIGNATURE))
			.isSignedWith(SECRET, "PUT", "/admin/accounts/x/tier?a=%20", BODY)).isFalse();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			o p s, 1795448837, nonce-nonce-nonce
			ops, now, nonce-nonce-nonce
			ops, -1795448837, nonce-nonce-nonce
			ops, 999999999999, nonce-nonce-nonce
			ops, 1795448837, short
			ops, 1795448837, nonce-nonce-nonce}
			""")
	void refusesHeadersOfAnotherForm(String keyId, String timestamp, String nonce) {
		assertThat(SignedRequest.of(headers(keyId, timestamp, nonce, SIGNATURE))).isNull();
		assertThat(SignedRequest.of(headers("ops", "1795448837", "nonce-nonce-nonce", "00"))).isNull();
	}

	@Test
	void refusesAHeaderThatIsThereTwice() {
		HttpHeaders headers = headers("ops", "1795448837", "nonce-nonce-nonce", SIGNATURE);
		headers.add("X-Nonce", "nonce-nonce-nonce");
		assertThat(SignedRequest.of(headers)).isNull();
	}

	private static SignedRequest signed(String signature) {
		return SignedRequest.of(headers("ops", "1795448837", "nonce-nonce-nonce", signature));
	}

	private static HttpHeaders headers(String keyId, String timestamp, String nonce, String signature) {
		HttpHeaders headers = new HttpHeaders();
		headers.set("X-Key-Id", keyId);
		headers.set("X-Timestamp", timestamp);
		headers.set("X-Nonce", nonce);
		headers.set("X-Signature", signature);
		return headers;
	}

}
