package io.clearview.classifier.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import io.clearview.classifier.Bodies;
import io.clearview.classifier.FakeJudgedService;
import io.clearview.classifier.ServiceInstance;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is wrong with a request, the answer is the contract's, over a real socket. */
class RefusalsTest {

	@RegisterExtension
	static final FakeJudgedService shared = new FakeJudgedService();

	private static final String POST = "{\"hash\":\"post_0\",\"content\":\"text\"}";

	private static ServiceInstance service;

	private static TestGateway gateway;

	private static int users;

	@BeforeAll
	static void begin() {
		service = shared.service();
		gateway = shared.gateway();
	}

	static Stream<Arguments> shapes() {
		return Stream.of(refused("[]", "INVALID_REQUEST", "body must be a JSON object"),
				refused("\"text\"", "INVALID_REQUEST", "body must be a JSON object"),
				refused("null", "INVALID_REQUEST", "body must be a JSON object"),
				refused("", "INVALID_JSON", "must be a JSON object"), refused("{", "INVALID_JSON", "line 1"),
				refused("{\"posts\":[" + POST + "]} {}", "INVALID_JSON", "nothing after it"),
				refused("{\"posts\":[" + POST + "],}", "INVALID_JSON", "column"),
				refused("{'posts':[]}", "INVALID_JSON", "column"), refused("{\"posts\":NaN}", "INVALID_JSON", "column"),
				refused("{}", "INVALID_REQUEST", "Invalid posts: must be an array of 1 to 50 posts"),
				refused("{\"posts\":{}}", "INVALID_REQUEST", "Invalid posts: must be an array of 1 to 50 posts"),
				refused("{\"posts\":[]}", "INVALID_REQUEST", "Invalid posts: must be 1 to 50 posts, there are none"),
				refused(Bodies.posts("a", 51), "INVALID_REQUEST", "must be at most 50 posts"),
				refused("{\"posts\":[1]}", "INVALID_REQUEST",
						"Invalid post at index 0: must be an object with hash and content"),
				refused("{\"posts\":[" + POST + ",{\"hash\":\"post_1\"}]}", "INVALID_REQUEST",
						"Invalid post at index 1: content must be 1 to 10,000 characters"),
				refused(post("post_0", ""), "INVALID_REQUEST",
						"Invalid post at index 0: content must be 1 to 10,000 characters"),
				refused(post("post_0", "x".repeat(10_001)), "INVALID_REQUEST",
						"Invalid post at index 0: content must be 1 to 10,000 characters"),
				refused("{\"posts\":[{\"hash\":\"post_0\",\"content\":7}]}", "INVALID_REQUEST",
						"Invalid post at index 0: content must be 1 to 10,000 characters"),
				refused(post("post_0", "a\\u0000b"), "INVALID_REQUEST",
						"Invalid post at index 0: content must hold no control characters"),
				refused(post("post_0", "a\\u001fb"), "INVALID_REQUEST", "no control characters"),
				refused(post("post_0", "a\nb"), "INVALID_JSON", "line 1"),
				refused(post("four", "text"), "INVALID_REQUEST",
						"Invalid post at index 0: hash must be 5 to 100 characters"),
				refused(post("x".repeat(101), "text"), "INVALID_REQUEST", "hash must be 5 to 100 characters"),
				refused(post("post_\\ud800", "text"), "INVALID_REQUEST", "hash must be well-formed Unicode"),
				refused("{\"posts\":[{\"hash\":\"post_0\",\"hash\":\"post_1\",\"content\":\"x\"}]}", "INVALID_REQUEST",
						"Invalid post at index 0: hash must be given once"),
				refused("{\"posts\":[" + POST + "],\"posts\":[" + POST + "]}", "INVALID_REQUEST",
						"Invalid posts: must be given once"),
				refused(with("\"preference\":7"), "INVALID_REQUEST",
						"Invalid preference: must be a string of at most 2,000 characters"),
				refused(with("\"preference\":\"" + "x".repeat(2_001) + "\""), "INVALID_REQUEST",
						"Invalid preference: must be a string of at most 2,000 characters"),
				refused(with("\"deadlineMs\":-1"), "INVALID_REQUEST",
						"Invalid deadlineMs: must be an integer from 0 to 7,000"),
				refused(with("\"deadlineMs\":7001"), "INVALID_REQUEST", "Invalid deadlineMs"),
				refused(with("\"deadlineMs\":1.5"), "INVALID_REQUEST", "Invalid deadlineMs"),
				refused(with("\"deadlineMs\":\"5\""), "INVALID_REQUEST", "Invalid deadlineMs"),
				refused(with("\"deadlineMs\":99999999999999999999"), "INVALID_REQUEST", "Invalid deadlineMs"),
				refused(with("\"x\":" + "[".repeat(200) + "]".repeat(200)), "INVALID_REQUEST", "nested at most"),
				refused(with("\"x\":" + "1".repeat(5_000)), "INVALID_REQUEST", "numbers of at most"));
	}

	@ParameterizedTest
	@MethodSource("shapes")
	void refusesBodiesThatAreNotAsTheContractHasThem(String body, String error, String message) {
		Reply reply = service.classify(body);
		assertRefused(reply, 400, error);
		assertThat(reply.body().path("message").asString()).contains(message);
	}

	static Stream<String> accepted() {
		return Stream.of(with("\"preference\":null"), with("\"preference\":\"  \""),
				with("\"preference\":\"" + "x".repeat(2_000) + "\""), with("\"deadlineMs\":null"),
				with("\"deadlineMs\":0"), with("\"deadlineMs\":7000"),
				with("\"unknown\":{\"posts\":[1,2,{}],\"hash\":null}"), with("\"x\":1,\"x\":2"),
				post("post_0", "a\\tb\\nc\\rd"), post("post_0", "a\\u007fb\\u0089c\\u009f"), post("post_0", "\\u0085"),
				post("12345", "x".repeat(10_000)), post("x".repeat(100), "\ud83d\ude00"),
				post("post_0", "half an emoji \\ud83d"));
	}

	@ParameterizedTest
	@MethodSource("accepted")
	void acceptsWhatTheContractAllows(String body) {
		String user = "a%063x".formatted(++users);
		assertThat(service.classify(gateway.user(user, Tier.FREE), body).status()).isEqualTo(200);
	}

	@Test
	void refusesBytesThatAreNotUtf8() {
		byte[] body = with("\"preference\":\"??\"").getBytes(StandardCharsets.UTF_8);
		int at = new String(body, StandardCharsets.UTF_8).indexOf("??");
		for (int[] bytes : new int[][] { { 0xFF, 0x41 }, { 0xC3, 0x41 }, { 0xC1, 0x81 } }) {
			body[at] = (byte) bytes[0];
			body[at + 1] = (byte) bytes[1];
			Reply reply = send(BodyPublishers.ofByteArray(body), "application/json");
			assertRefused(reply, 400, "INVALID_JSON");
			assertThat(reply.body().path("message").asString()).isEqualTo("Body is not UTF-8");
		}
		assertRefused(send(BodyPublishers.ofByteArray(POST.getBytes(StandardCharsets.UTF_16)), "application/json"), 400,
				"INVALID_JSON");
	}

	@Test
	void refusesALargeBodyWithAndWithoutItsLength() {
		String body = post("post_0", "x".repeat(102_400));
		assertRefused(send(BodyPublishers.ofString(body), "application/json"), 413, "PAYLOAD_TOO_LARGE");
		assertRefused(send(chunked(body), "application/json"), 413, "PAYLOAD_TOO_LARGE");
	}

	@Test
	void acceptsALargeBodyWithinTheBound() {
		String start = "{\"posts\":[" + POST + "],\"x\":\"";
		String body = start + "y".repeat(102_400 - start.length() - 2) + "\"}";
		assertThat(send(chunked(body), "application/json").status()).isEqualTo(200);
		assertRefused(send(chunked(body + " "), "application/json"), 413, "PAYLOAD_TOO_LARGE");
	}

	@Test
	void refusesOtherMediaTypes() {
		assertRefused(send(BodyPublishers.ofString(POST), "text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE");
		assertRefused(send(BodyPublishers.ofString(POST), "application/json;charset=utf-16"), 415,
				"UNSUPPORTED_MEDIA_TYPE");
		assertRefused(send(BodyPublishers.ofString(POST), "no type"), 415, "UNSUPPORTED_MEDIA_TYPE");
	}

	@Test
	void refusesALongIdempotencyKey() {
		Reply reply = service.classify(gateway.user(), Bodies.posts("a"), "Idempotency-Key", "x".repeat(65));
		assertRefused(reply, 400, "INVALID_REQUEST");
		assertThat(reply.body().path("message").asString())
			.isEqualTo("Invalid header Idempotency-Key: must be at most 64 characters");
	}

	@Test
	void refusesRequestsTheGatewayDidNotSign() {
		HttpRequest unsigned = HttpRequest.newBuilder(service.uri("/classify"))
			.header("Content-Type", "application/json")
			.header("X-Correlation-ID", "my-correlation")
			.POST(BodyPublishers.ofString(Bodies.posts("a")))
			.build();
		Reply reply = service.send(unsigned);
		assertThat(reply.status()).isEqualTo(401);
		assertThat(reply.error()).isEqualTo("INVALID_AUTH");
		assertThat(reply.body().path("message").asString()).isEqualTo("MISSING_AUTH");
		assertThat(reply.body().path("correlationId").asString()).isEqualTo("my-correlation");
		assertThat(service.get("/quota", "a.b.c").body().path("message").asString()).isEqualTo("INVALID_FORMAT");
		assertThat(service.get("/quota", gateway.operator()).body().path("message").asString())
			.isEqualTo("INVALID_TOKEN");
	}

	@Test
	void refusesUnknownPathsAndMethods() {
		assertRefused(service.get("/", gateway.user()), 404, "NOT_FOUND");
		assertRefused(service.get("/classify/", gateway.user()), 404, "NOT_FOUND");
		assertRefused(service.get("/actuator/health", gateway.user()), 404, "NOT_FOUND");
		Reply get = service.get("/classify", gateway.user());
		assertRefused(get, 405, "METHOD_NOT_ALLOWED");
		assertThat(get.response().headers().firstValue("Allow")).contains("POST");
		assertRefused(service.send(HttpRequest.newBuilder(service.uri("/quota"))
			.header(IdentityFilter.HEADER, gateway.user())
			.method("DELETE", BodyPublishers.noBody())
			.build()), 405, "METHOD_NOT_ALLOWED");
	}

	@Test
	void answersAGatewaysProbeWithoutIdentityAndNothingElseOnThatPath() {
		HttpRequest.Builder probe = HttpRequest.newBuilder(service.uri("/health"));
		Reply answered = service.send(probe.GET().build());
		assertThat(answered.status()).isEqualTo(204);
		assertThat(answered.response().body()).isEmpty();
		assertRefused(service.send(probe.POST(BodyPublishers.noBody()).build()), 404, "NOT_FOUND");
	}

	private static void assertRefused(Reply reply, int status, String error) {
		assertThat(reply.status()).as(reply.response().body()).isEqualTo(status);
		assertThat(reply.body().path("success").asBoolean(true)).isFalse();
		assertThat(reply.error()).isEqualTo(error);
		assertThat(reply.body().path("message").asString()).isNotBlank();
		assertThat(reply.body().path("correlationId").asString()).matches("[A-Za-z0-9_-]{8,64}");
	}

	private static Reply send(BodyPublisher body, String type) {
		return service.send(HttpRequest.newBuilder(service.uri("/classify"))
			.header(IdentityFilter.HEADER, gateway.user())
			.header("Content-Type", type)
			.POST(body)
			.build());
	}

	private static BodyPublisher chunked(String body) {
		return BodyPublishers.fromPublisher(BodyPublishers.ofString(body));
	}

	private static Arguments refused(String body, String error, String message) {
		return Arguments.of(body, error, message);
	}

	private static String post(String hash, String content) {
		return "{\"posts\":[{\"hash\":\"" + hash + "\",\"content\":\"" + content + "\"}]}";
	}

	private static String with(String field) {
		return "{\"posts\":[" + POST + "]," + field + "}";
	}

}
