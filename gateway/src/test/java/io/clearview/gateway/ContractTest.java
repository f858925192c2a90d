package io.clearview.gateway;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.clearview.gateway.context.Tier;
import io.clearview.gateway.testing.ClassifierResponses;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.OpenApi;
import io.clearview.gateway.token.Accounts;
import io.clearview.kit.testing.Eventually;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.web.server.WebFilter;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/** What a client sees, over a real socket, held against docs/openapi.yaml. */
class ContractTest {

	private static final String EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop";

	private static final String POSTS = """
			{"posts":[{"hash":"post_1","content":"zqpost a"},{"hash":"post_2","content":"zqpost b"}],
			"preference":"zqwish Block spam","timestamp":1795448837605}""";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	private static final OpenApi api = OpenApi.read();

	private static Gateway gateway;

	private static String token;

	@BeforeAll
	static void startGateway() {
		gateway = Gateway.start(List.of(Faults.class), redis.url(), classifier.baseUrl());
		token = gateway.token();
	}

	@AfterAll
	static void stopGateway() {
		gateway.close();
	}

	@BeforeEach
	void classifierAnswers() {
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{}")));
		classifier.stubFor(post("/classify").willReturn(okJson(ClassifierResponses.CLASSIFIED)));
		classifier.stubFor(get("/quota").willReturn(okJson(ClassifierResponses.QUOTA)));
		Eventually.eventually("the classifier is seen",
				() -> gateway.send(gateway.request("/health")).body().contains("\"healthy\""));
	}

	@Test
	void issuesATokenForAJsonRequestWithoutAnyBodyAsTheExtensionSendsIt() {
		String answer = gateway.raw("""
				POST /auth HTTP/1.1\r
				Host: gateway\r
				Origin: %s\r
				Content-Type: application/json\r
				X-Forwarded-For: %s\r
				Connection: close\r
				\r
				""".formatted(EXTENSION, Gateway.newAddress()));

		assertThat(answer).startsWith("HTTP/1.1 201 Created\r\n")
			.containsIgnoringCase("Access-Control-Allow-Origin: " + EXTENSION)
			.containsPattern("\"token\":\"Bearer [0-9a-f]{64}\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "  ", "{\"device\":{\"name\":\"x\"},\"list\":[1,2]}" })
	void issuesATokenForAnEmptyBodyAndAnyJsonObject(String body) {
		Answer answer = conforms("POST", "/auth",
				gateway.request("/auth")
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(body)));

		assertThat(answer.status()).isEqualTo(201);
		assertThat(gateway.send(gateway.classify(answer.json().get("token").asString(), POSTS)).status())
			.isEqualTo(200);
	}

	@Test
	void understandsATokenWithTheSchemeOnceTwiceAndInOtherLetters() {
		String bare = token.substring("Bearer ".length());
		for (String authorization : List.of("Bearer " + bare, "Bearer Bearer " + bare, "bearer " + bare,
				"Bearer " + bare.toUpperCase(Locale.ROOT))) {
			assertThat(gateway.send(gateway.classify(authorization, POSTS)).status()).isEqualTo(200);
		}
	}

	@Test
	void passesRequestAndAnswerThroughUnchanged() {
		Answer answer = conforms("POST", "/classify", gateway.classify(token, POSTS));

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo(ClassifierResponses.CLASSIFIED);
		assertThat(lastClassify().getBodyAsString()).isEqualTo(POSTS);
		assertThat(conforms("GET", "/quota", gateway.request("/quota").header("Authorization", token)).body())
			.isEqualTo(ClassifierResponses.QUOTA);
	}

	@Test
	void sendsNoChunksToAClientThatDoesNotKnowThem() {
		String answer = gateway.raw("""
				POST /classify HTTP/1.0\r
				Content-Type: application/json\r
				Authorization: %s\r
				Content-Length: %d\r
				\r
				%s""".formatted(token, POSTS.length(), POSTS));

		assertThat(answer).startsWith("HTTP/1.0 200 OK\r\n")
			.doesNotContainIgnoringCase("transfer-encoding")
			.endsWith("\r\n\r\n" + ClassifierResponses.CLASSIFIED);
	}

	@Test
	void tellsTheClassifierWhoIsCallingAndNothingElse() throws Exception {
		Answer answer = gateway.send(gateway.classify(token, POSTS)
			.header("X-Correlation-ID", "my-own_name-1")
			.header("X-ClearView-Identity", "forged")
			.header("X-ClearView-Tier", "enterprise")
			.header("X-User-Id", "somebody")
			.header("Cookie", "session=1")
			.header("Forwarded", "for=1.2.3.4")
			.header("X-Forwarded-Host", "evil.example")
			.header("Proxy-Connection", "keep-alive")
			.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
			.header("Idempotency-Key", "once"));

		assertThat(answer.header("X-Correlation-ID")).isEqualTo("my-own_name-1");
		LoggedRequest request = lastClassify();
		assertThat(request.getHeaders().keys().stream().map(String::toLowerCase)).containsExactlyInAnyOrder("host",
				"user-agent", "accept", "content-type", "content-length", "idempotency-key", "x-correlation-id",
				"x-clearview-identity", "traceparent");
		assertThat(request.getHeader("X-Correlation-ID")).isEqualTo("my-own_name-1");
		assertThat(request.getHeader("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]")
			.doesNotContain("0af7651916cd43dd8448eb211c80319c");
		assertThat(request.getHeaders().getHeader("X-ClearView-Identity").values()).hasSize(1);
		SignedJWT assertion = SignedJWT.parse(request.getHeader("X-ClearView-Identity"));
		assertThat(assertion.verify(new MACVerifier(Gateway.identitySecret()))).isTrue();
		assertThat(assertion.getJWTClaimsSet().getClaims()).containsEntry("tier", "free")
			.containsEntry("cid", "my-own_name-1")
			.containsEntry("scope", "user");
		assertThat(assertion.getJWTClaimsSet().getStringClaim("net")).as("keyed hash of the network")
			.matches("[0-9a-f]{32}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "short", "has space", "<script>alert(1)</script>",
			"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4" })
	void namesARequestItselfWhenTheOfferedNameIsNotHarmless(String offered) {
		assertThat(
				gateway.send(gateway.request("/health").header("X-Correlation-ID", offered)).header("X-Correlation-ID"))
			.matches("[0-9a-f]{16}");
	}

	@Test
	void everyAnswerCarriesTheSecurityHeadersOnce() {
		for (HttpRequest.Builder request : List.of(gateway.request("/health"), gateway.request("/nowhere"),
				gateway.request("/quota"), gateway.classify(token, POSTS), preflight(EXTENSION, "POST"),
				preflight("https://evil.example", "POST"))) {
			Answer answer = gateway.send(request);
			assertThat(answer.header("X-Correlation-ID")).matches("[A-Za-z0-9_-]{8,64}");
			assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
			assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
			assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000; includeSubDomains");
			assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { EXTENSION, "moz-extension://1b671a64-40d5-491e-99b0-da01ff1f3341" })
	void allowsThePreflightOfAnyExtension(String origin) {
		Answer answer = gateway.send(preflight(origin, "POST"));

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
		assertThat(answer.header("Access-Control-Allow-Methods").split(",")).contains("GET", "POST");
		assertThat(answer.header("Access-Control-Allow-Headers")).isEqualToIgnoringCase("authorization, content-type");
		assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("86400");
		assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
	}

	@Test
	void letsAScriptReadTheHeadersOfTheContract() {
		Answer answer = gateway.send(gateway.classify(token, POSTS).header("Origin", EXTENSION));

		assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(EXTENSION);
		assertThat(answer.header("Access-Control-Expose-Headers").split(", ?"))
			.containsExactlyInAnyOrder("X-Correlation-ID", "Retry-After", "RateLimit", "RateLimit-Policy");
		assertThat(answer.header("RateLimit")).isNotEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://evil.example", "null", "chrome-extension.evil.example", "http://[", "" })
	void refusesOtherOrigins(String origin) {
		refused(conforms("POST", "/classify", gateway.classify(token, POSTS).header("Origin", origin)), 403,
				"ORIGIN_NOT_ALLOWED");
		refused(gateway.send(preflight(origin, "POST")), 403, "ORIGIN_NOT_ALLOWED");
		refused(conforms("GET", "/health", gateway.request("/health").header("Origin", origin)), 403,
				"ORIGIN_NOT_ALLOWED");
	}

	static Stream<Arguments> unknown() {
		return Stream
			.of("/", "/nowhere", "/classify/", "/classify/x", "/favicon.ico", "/actuator/health", "/error",
					"/classify%2f", "/%2e%2e/classify", "/index.html", "/classify;a=b", "/%63lassify", "//classify")
			.map(Arguments::of);
	}

	@ParameterizedTest
	@MethodSource("unknown")
	void unknownPathsAreNotFound(String path) {
		refused(conforms("GET", path, gateway.request(path)), 404, "NOT_FOUND");
		refused(conforms("POST", path, gateway.request(path).POST(BodyPublishers.ofString("{}"))), 404, "NOT_FOUND");
	}

	static Stream<Arguments> wrongMethods() {
		return Stream.of(Arguments.of("GET", "/classify", "POST"), Arguments.of("PUT", "/classify", "POST"),
				Arguments.of("DELETE", "/auth", "POST"), Arguments.of("GET", "/auth", "POST"),
				Arguments.of("POST", "/quota", "GET"), Arguments.of("PATCH", "/health", "GET"),
				Arguments.of("OPTIONS", "/classify", "POST"), Arguments.of("BREW", "/quota", "GET"));
	}

	@ParameterizedTest
	@MethodSource("wrongMethods")
	void wrongMethodsAreToldTheRightOne(String method, String path, String right) {
		Answer answer = refused(gateway.send(gateway.request(path).method(method, BodyPublishers.noBody())), 405,
				"METHOD_NOT_ALLOWED");

		assertThat(answer.header("Allow").split(", ?")).contains(right);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/x-www-form-urlencoded", "application/json; charset=iso-8859-1",
			"application/*", "nonsense", "application/jsonx" })
	void otherMediaTypesAreNotSupported(String type) {
		HttpRequest.Builder request = gateway.request("/classify").header("Authorization", token);
		refused(conforms("POST", "/classify",
				request.header("Content-Type", type).POST(BodyPublishers.ofString(POSTS))), 415,
				"UNSUPPORTED_MEDIA_TYPE");
		refused(conforms("POST", "/auth",
				gateway.request("/auth").header("Content-Type", type).POST(BodyPublishers.ofString("{}"))), 415,
				"UNSUPPORTED_MEDIA_TYPE");
	}

	@Test
	void compressedBodiesAreNotSupported() {
		refused(conforms("POST", "/classify", gateway.classify(token, POSTS).header("Content-Encoding", "gzip")), 415,
				"UNSUPPORTED_MEDIA_TYPE");
	}

	@Test
	void takesABodyOf102400BytesAndRefusesOneMore() {
		String body = POSTS + " ".repeat(102_400 - POSTS.length());

		assertThat(gateway.send(gateway.classify(token, body)).status()).isEqualTo(200);
		assertThat(lastClassify().getBody()).hasSize(102_400);
		refused(conforms("POST", "/classify", gateway.classify(token, body + " ")), 413, "PAYLOAD_TOO_LARGE");
		refused(conforms("POST", "/auth",
				gateway.request("/auth")
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(body + " "))),
				413, "PAYLOAD_TOO_LARGE");
	}

	@Test
	void countsTheBytesOfAChunkedBody() {
		byte[] fits = (POSTS + " ".repeat(102_400 - POSTS.length())).getBytes(StandardCharsets.UTF_8);
		byte[] tooLarge = (POSTS + " ".repeat(101 * 1024)).getBytes(StandardCharsets.UTF_8);

		assertThat(gateway.send(gateway.classify(token, chunked(fits))).status()).isEqualTo(200);
		refused(conforms("POST", "/classify", gateway.classify(token, chunked(tooLarge))), 413, "PAYLOAD_TOO_LARGE");
	}

	static Stream<Arguments> wrongBodies() {
		return Stream.of(Arguments.of("[]", "INVALID_REQUEST"), Arguments.of("[{}]", "INVALID_REQUEST"),
				Arguments.of("\"text\"", "INVALID_REQUEST"), Arguments.of("12", "INVALID_REQUEST"),
				Arguments.of("null", "INVALID_REQUEST"), Arguments.of("{", "INVALID_JSON"),
				Arguments.of("{\"a\":}", "INVALID_JSON"), Arguments.of("{} {}", "INVALID_JSON"),
				Arguments.of("{\"a\":\"\u0000\"}", "INVALID_JSON"), Arguments.of("[".repeat(50_000), "INVALID_JSON"),
				Arguments.of("{\"a\":".repeat(9_000), "INVALID_JSON"), Arguments.of("nonsense", "INVALID_JSON"));
	}

	@ParameterizedTest
	@MethodSource("wrongBodies")
	void refusesToIssueATokenForABodyThatIsNoJsonObject(String body, String code) {
		refused(conforms("POST", "/auth",
				gateway.request("/auth")
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofString(body))),
				400, code);
	}

	@Test
	void refusesInvalidUtf8() {
		byte[] body = "{\"a\":\"xx\"}".getBytes(StandardCharsets.ISO_8859_1);
		body[6] = (byte) 0xC3;
		body[7] = (byte) 0x28;
		refused(conforms("POST", "/auth",
				gateway.request("/auth")
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofByteArray(body))),
				400, "INVALID_JSON");
	}

	@Test
	void passesTheClassifiersRefusalsThrough() {
		String invalid = "{\"success\":false,\"error\":\"INVALID_REQUEST\",\"message\":\"Invalid post at index 3\","
				+ "\"correlationId\":\"7f921fd361ccd03b\"}";
		classifier.stubFor(post("/classify").willReturn(jsonResponse(invalid, 400)));

		Answer answer = refused(conforms("POST", "/classify", gateway.classify(token, POSTS)), 400, "INVALID_REQUEST");

		assertThat(answer.body()).isEqualTo(invalid);
	}

	@ParameterizedTest
	@ValueSource(strings = { "BURST_LIMIT_EXCEEDED", "QUOTA_EXCEEDED" })
	void passesAnExhaustedQuotaThrough(String code) {
		classifier.stubFor(post("/classify").willReturn(jsonResponse("""
				{"success":false,"error":"%s","message":"None left","correlationId":"7f921fd361ccd03b",
				"retryAfterMs":29700000,"resetAt":"2026-11-24T00:00:00.000Z"}""".formatted(code), 429)
			.withHeader("Retry-After", "29700")));

		Answer answer = refused(conforms("POST", "/classify", gateway.classify(token, POSTS)), 429, code);

		assertThat(answer.header("Retry-After")).isEqualTo("29700");
	}

	static Stream<Arguments> wrongTokens() {
		String hex = "0123456789abcdef".repeat(4);
		return Stream.of(Arguments.of("", "MISSING_AUTH"), Arguments.of("   ", "MISSING_AUTH"),
				Arguments.of("Bearer", "INVALID_FORMAT"), Arguments.of("Bearer abc", "INVALID_FORMAT"),
				Arguments.of("Basic " + hex, "INVALID_FORMAT"), Arguments.of(hex, "INVALID_FORMAT"),
				Arguments.of("Bearer " + hex + "0", "INVALID_FORMAT"),
				Arguments.of("Bearer " + hex.replace('0', 'g'), "INVALID_FORMAT"),
				Arguments.of("Bearer Bearer Bearer " + hex, "INVALID_FORMAT"),
				Arguments.of("Bearer " + hex, "INVALID_TOKEN"));
	}

	@ParameterizedTest
	@MethodSource("wrongTokens")
	void refusesWhoHasNoValidToken(String authorization, String why) {
		Answer answer = refused(conforms("POST", "/classify", gateway.classify(authorization, POSTS)), 401,
				"INVALID_AUTH");

		assertThat(answer.json().get("message").asString()).isEqualTo(why);
		assertThat(conforms("GET", "/quota", gateway.request("/quota").header("Authorization", authorization)).status())
			.isEqualTo(401);
	}

	@Test
	void refusesARequestWithoutAuthorization() {
		Answer answer = refused(conforms("GET", "/quota", gateway.request("/quota")), 401, "INVALID_AUTH");

		assertThat(answer.json().get("message").asString()).isEqualTo("MISSING_AUTH");
	}

	@Test
	void limitsRequestsOfOneAddress() {
		String address = Gateway.newAddress();
		Answer answer = Stream
			.generate(() -> gateway.send(gateway.request("/classify", address)
				.header("Content-Type", "application/json")
				.header("Authorization", "Bearer nonsense")
				.POST(BodyPublishers.noBody())))
			.limit(300)
			.filter((each) -> each.status() == 429)
			.findFirst()
			.orElseThrow();

		refused(api.conforms("POST", "/classify", answer), 429, "RATE_LIMIT_EXCEEDED");
		assertThat(answer.header("RateLimit")).isNotEmpty();
	}

	@Test
	void limitsAccountsOfOneDeviceOnlyOnceItsNetworkIsShort() {
		for (int i = 1; i <= 7; i++) {
			assertThat(auth(gateway, "192.0.2.1", "Browser 1").status()).as("a campus").isEqualTo(201);
		}
		try (Gateway other = Gateway.start(redis.url(), classifier.baseUrl(),
				"clearview.sign-up.ipv4-network.short-at=7", "clearview.sign-up.ipv4-network.at-once=14")) {
			for (int i = 1; i <= 5; i++) {
				assertThat(auth(other, "192.0.2.1", "Browser 1").status()).isEqualTo(201);
			}

			Answer answer = refused(api.conforms("POST", "/auth", auth(other, "192.0.2.1", "Browser 1")), 429,
					"FINGERPRINT_LIMIT_EXCEEDED");
			assertThat(answer.json().get("retryAfterMs").asLong()).isBetween(1L, 600_000L);
			assertThat(auth(other, "192.0.2.99", "Browser 1").status()).isEqualTo(201);
			assertThat(auth(other, "192.0.2.1", "Browser 2").status()).isEqualTo(201);
			assertThat(auth(other, "192.0.2.98", "Browser 3").status()).as("the network").isEqualTo(429);
			assertThat(auth(other, "192.0.3.1", "Browser 1").status()).isEqualTo(201);
		}
	}

	@Test
	void aBugIsAnInternalErrorThatSaysNothingOfItself() {
		Answer answer = refused(gateway.send(gateway.request("/boom")), 500, "INTERNAL_ERROR");

		assertThat(answer.body()).doesNotContain("Exception").doesNotContain("secret").doesNotContain("io.clearview");
	}

	static Stream<Arguments> unreadable() {
		return Stream
			.of("GET /a|b HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\r\n\r\n",
					"GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
					"GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(40_000) + "\r\n\r\n",
					"GET /" + "y".repeat(40_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")
			.map((request) -> Arguments
				.of(Named.of(request.lines().findFirst().orElseThrow().substring(0, 8), request)));
	}

	@ParameterizedTest
	@MethodSource("unreadable")
	void anUnreadableRequestGetsTheContractsBodyToo(String request) {
		assertThat(gateway.raw(request)).startsWith("HTTP/1.1 400 ")
			.contains("\"success\":false,\"error\":\"INVALID_REQUEST\"")
			.containsPattern("\"correlationId\":\"[0-9a-f]{16}\"")
			.containsIgnoringCase("X-Frame-Options: DENY");
	}

	@Test
	void showsEveryPostWhenTheClassifierFails() {
		for (int status : new int[] { 500, 502, 503, 401, 403, 404 }) {
			classifier.stubFor(post("/classify").willReturn(aResponse().withStatus(status)
				.withHeader("Content-Type", "text/html")
				.withHeader("Retry-After", "77")
				.withBody("boom")));

			Answer answer = conforms("POST", "/classify", gateway.classify(token, POSTS));

			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.header("Retry-After")).isEmpty();
			assertThat(answer.json().get("classifications").values())
				.extracting((entry) -> entry.get("hash").asString())
				.containsExactly("post_1", "post_2");
			assertThat(answer.json().at("/classifications/0/reason").asString()).isEqualTo("CLASSIFIER_UNAVAILABLE");
		}
	}

	@Test
	void tokensAndTheirChangesHoldOnEveryInstance() throws Exception {
		try (Gateway other = Gateway.start(redis.url(), classifier.baseUrl(),
				"clearview.token.migration-until=2999-01-01T00:00:00Z")) {
			Accounts accounts = other.context().getBean(Accounts.class);
			Answer issued = gateway.send(
					gateway.request("/auth").header("Content-Type", "application/json").POST(BodyPublishers.noBody()));
			String user = issued.json().get("userId").asString();
			String bearer = issued.json().get("token").asString();
			assertThat(other.send(other.classify(bearer, POSTS)).status()).isEqualTo(200);
			assertThat(gateway.send(gateway.classify(bearer, POSTS)).status()).isEqualTo(200);
			assertThat(tierTold()).isEqualTo("free");

			assertThat(accounts.changeTier(user, Tier.PRO).block()).isEqualTo(1);
			Eventually.eventually("the tier is changed", () -> {
				gateway.send(gateway.classify(bearer, POSTS));
				return tierTold().equals("pro");
			});

			assertThat(accounts.revokeTokens(user).block()).isEqualTo(1);
			Eventually.eventually("the token is refused",
					() -> gateway.send(gateway.classify(bearer, POSTS)).status() == 401
							&& other.send(other.classify(bearer, POSTS)).status() == 401);

			// a token of the backend before this one, inside the window and outside
			String lost = "Bearer " + "fedcba9876543210".repeat(4);
			refused(gateway.send(gateway.classify(lost, POSTS)), 401, "INVALID_AUTH");
			assertThat(other.send(other.classify(lost, POSTS)).status()).isEqualTo(200);
		}
	}

	private static String tierTold() {
		try {
			return SignedJWT.parse(lastClassify().getHeader("X-ClearView-Identity"))
				.getJWTClaimsSet()
				.getStringClaim("tier");
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void storesNoTokenOnlyHashes() {
		String token = gateway.token();
		assertThat(gateway.send(gateway.classify(token, POSTS)).status()).isEqualTo(200);

		assertThat(redis.ask("KEYS *")).contains("account:{").doesNotContain(token.substring("Bearer ".length()));
	}

	@Test
	void isHealthy() {
		Answer answer = conforms("GET", "/health", gateway.request("/health"));

		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().get("status").asString()).isEqualTo("healthy");
	}

	private static Answer auth(Gateway gateway, String address, String browser) {
		return gateway.send(gateway.request("/auth", address)
			.header("Content-Type", "application/json")
			.header("User-Agent", browser)
			.POST(BodyPublishers.noBody()));
	}

	private static HttpRequest.Builder preflight(String origin, String method) {
		return gateway.request("/classify")
			.header("Origin", origin)
			.header("Access-Control-Request-Method", method)
			.header("Access-Control-Request-Headers", "authorization,content-type")
			.method("OPTIONS", BodyPublishers.noBody());
	}

	private static HttpRequest.BodyPublisher chunked(byte[] body) {
		return BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
	}

	private static LoggedRequest lastClassify() {
		return classifier.findAll(postRequestedFor(urlEqualTo("/classify"))).getLast();
	}

	private static Answer conforms(String method, String path, HttpRequest.Builder request) {
		return api.conforms(method, path, gateway.send(request));
	}

	private static Answer refused(Answer answer, int status, String code) {
		assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
		assertThat(answer.json().get("error").asString()).isEqualTo(code);
		assertThat(answer.json().get("success").asBoolean()).isFalse();
		if (status == 429 || status == 503) {
			assertThat(answer.json().get("retryAfterMs").asLong()).isPositive();
			assertThat(answer.header("Retry-After")).matches("[1-9][0-9]*");
		}
		return answer;
	}

	/** A bug, to see what a client is told of it. */
	static class Faults {

		@Bean
		WebFilter fault() {
			return (exchange, chain) -> exchange.getRequest().getPath().value().equals("/boom")
					? Mono.error(new IllegalStateException("a secret")) : chain.filter(exchange);
		}

	}

}
