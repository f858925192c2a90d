package io.clearview.e2e;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.PostResult;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ModelChoice;
import io.clearview.local.stub.Behaviour;
import io.clearview.local.stub.ScriptedModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What the installed extension does and sees, on the real system: two classifiers, each
 * behind a gateway of its own, one Redis, and a model whose labels are known.
 */
class SystemIT {

	private static final String WISH = "no adverts for my friends";

	private static final List<AutoCloseable> parts = new ArrayList<>();

	private static ScriptedModel model;

	private static LocalStack stack;

	private static Extension first;

	private static Extension second;

	private String test;

	private String token;

	private Extension client;

	@BeforeAll
	static void start() throws Exception {
		model = Followers.model();
		parts.add(model);
		stack = LocalStack.builder(Project.root(), Project.run("system"))
			.apps(Project.apps())
			.classifiers(2)
			.classifierUrls((urls) -> urls.subList(0, 1))
			.gatewaySetting("clearview.trusted-proxies", "1")
			// the device is limited whatever room its network has
			.gatewaySetting("clearview.sign-up.ipv4-network.short-at", "0")
			// what a slow Redis does is the drill's business; here a busy machine is none
			.gatewaySetting("clearview.redis.timeout", "2s")
			.classifierSetting("clearview.redis.timeout", "2s")
			.model(new ModelChoice(model.baseUrl(), "scripted", null).free())
			.build();
		ManagedProcess other = stack
			.addGateway(Map.of("clearview.classifier.urls", stack.classifiers().getLast().url()));
		parts.add(stack);
		stack.start();
		first = new Extension(stack.gateway().url());
		parts.add(first);
		second = new Extension(other.url());
		parts.add(second);
	}

	@AfterAll
	static void stop() throws Exception {
		for (AutoCloseable part : parts.reversed()) {
			part.close();
		}
	}

	/** Each test is another user on another network, whose posts nobody else has. */
	@BeforeEach
	void enter(TestInfo info) throws Exception {
		this.test = info.getDisplayName();
		int number = Math.floorMod(this.test.hashCode(), 65_536);
		this.client = first.from("198.18." + (number >> 8) + "." + (number & 0xff));
		this.token = Attempts.until("a token", () -> this.client.authenticate(), (answer) -> answer.status() == 201)
			.at("/token");
		model.takeCalls();
	}

	@AfterEach
	void mendModel() {
		model.behave(Behaviour.SOUND);
	}

	@Test
	void authenticatesWithoutABody() throws Exception {
		JsonResponse answer = this.client.authenticate();
		assertThat(answer.status()).isEqualTo(201);
		assertThat(answer.at("/token")).matches("Bearer [0-9a-f]{64}");
		assertThat(answer.at("/userId")).matches("[0-9a-f]{64}");
		assertThat(answer.header("X-Correlation-ID")).matches("[A-Za-z0-9_-]{8,64}");
	}

	@Test
	void itsPreflightIsAllowedAndAStrangersIsNot() throws Exception {
		JsonResponse allowed = first.preflight("/classify", "chrome-extension://anyanyanyanyanyanyanyanyanyanya");
		assertThat(allowed.status()).isEqualTo(200);
		assertThat(allowed.header("Access-Control-Allow-Origin"))
			.isEqualTo("chrome-extension://anyanyanyanyanyanyanyanyanyanya");
		assertThat(allowed.header("Access-Control-Allow-Headers").toLowerCase()).contains("authorization")
			.contains("content-type");
		JsonResponse refused = first.preflight("/classify", "https://evil.example");
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.at("/error")).isEqualTo("ORIGIN_NOT_ALLOWED");
		assertThat(refused.header("Access-Control-Allow-Origin")).isEmpty();
	}

	@Test
	void labelsTwelvePostsInTheirOrderDuplicatesIncluded() throws Exception {
		List<Post> posts = new ArrayList<>(posts(11));
		posts.add(posts.getFirst());
		JsonResponse answer = this.client.classify(this.token, WISH, posts);
		assertJudged(answer, posts);
		assertThat(answer.body().at("/quota/quotaUsed").asInt()).isEqualTo(12);
		assertThat(answer.body().at("/stats/total").asInt()).isEqualTo(12);
	}

	@Test
	void aTokenAndAVerdictOfOneInstanceHoldAtAnother() throws Exception {
		List<Post> posts = posts(5);
		assertJudged(this.client.classify(this.token, WISH, posts), posts);
		model.takeCalls();
		JsonResponse answer = second.classify(this.token, WISH, posts);
		assertJudged(answer, posts);
		assertThat(answer.verdicts()).allMatch(PostResult::cached);
		assertThat(model.takeCalls()).isEmpty();
		assertThat(second.quota(this.token).body().at("/quota/daily/used").asInt()).isEqualTo(10);
	}

	@Test
	void twoHundredRequestsAtOnceForTheSamePostsAreOneCallOfTheModel() throws Exception {
		List<Post> posts = posts(50);
		List<String> tokens = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			tokens.add(first.from("198.19." + i + ".1").token());
		}
		List<Callable<JsonResponse>> requests = IntStream.range(0, 200)
			.<Callable<JsonResponse>>mapToObj(
					(i) -> () -> first.from("198.19." + i + ".1").classify(tokens.get(i), WISH, posts))
			.toList();
		try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
			for (Future<JsonResponse> answer : threads.invokeAll(requests)) {
				assertJudged(answer.get(), posts);
			}
		}
		assertThat(model.takeCalls()).hasSize(1);
	}

	@Test
	void aModelThatForgetsPostsIsAskedForThemAgain() throws Exception {
		model.behave(Behaviour.HALF);
		List<Post> posts = posts(4);
		JsonResponse answer = this.client.classify(this.token, WISH, posts);
		assertThat(answer.status()).isEqualTo(200);
		assertNothingWrong(answer, posts);
		assertThat(answer.verdicts().getFirst().failedOpen()).isFalse();
		assertThat(answer.verdicts()).filteredOn(PostResult::failedOpen).hasSizeLessThanOrEqualTo(1);
		assertThat(model.takeCalls()).hasSizeBetween(2, 4);
	}

	@ParameterizedTest
	@EnumSource(names = { "FAIL", "REFUSE", "GARBAGE", "SILENT" })
	void aModelThatFailsShowsPostsAndCostsAndTeachesNothing(Behaviour behaviour) throws Exception {
		model.behave(behaviour);
		List<Post> posts = Stream.of(behaviour).flatMap((one) -> posts(3).stream()).toList();
		JsonResponse answer = this.client.classify(this.token, WISH + behaviour, posts);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.verdicts()).hasSize(3).allSatisfy((verdict) -> {
			assertThat(verdict.label()).isEqualTo("ALLOW");
			assertThat(verdict.failedOpen()).isTrue();
			assertThat(verdict.reason()).startsWith("MODEL_");
		});
		assertThat(answer.body().at("/quota/quotaUsed").asInt()).isZero();
		model.behave(Behaviour.SOUND);
		JsonResponse later = Attempts.until("judged once the model is well",
				() -> this.client.classify(this.token, WISH + behaviour, posts),
				(again) -> again.verdicts().stream().noneMatch(PostResult::failedOpen));
		assertJudged(later, posts);
		assertThat(later.verdicts()).noneMatch(PostResult::cached);
	}

	@Test
	void theModelLearnsNothingOfTheUser() throws Exception {
		JsonResponse account = this.client.authenticate();
		List<Post> posts = posts(3);
		assertJudged(this.client.classify(account.at("/token"), WISH, posts), posts);
		String others = "what somebody else wants hidden";
		assertJudged(this.client.classify(this.token, others, posts), posts);
		List<String> calls = model.takeCalls();
		assertThat(calls).hasSize(2).allSatisfy((call) -> {
			assertThat(call).doesNotContain(account.at("/userId"));
			assertThat(call).doesNotContain(account.at("/token").substring("Bearer ".length()));
			assertThat(call).doesNotContain(this.token.substring("Bearer ".length()));
			assertThat(call).doesNotContain(posts.getFirst().hash());
			assertThat(call).doesNotContainIgnoringCase("x-clearview");
			assertThat(call.contains(WISH) && call.contains(others)).isFalse();
		});
	}

	@Test
	void anOperatorSeesToAnAccountByTheCommand() throws Exception {
		JsonResponse account = this.client.authenticate();
		String user = account.at("/userId");
		String bearer = account.at("/token");
		List<Post> posts = posts(7);
		assertJudged(this.client.classify(bearer, WISH, posts), posts);
		assertThat(second.quota(bearer).at("/tier/tier")).isEqualTo("free");

		assertThat(admin("account", user)).containsPattern("account\\.user +" + user)
			.containsPattern("account\\.tier +free")
			.doesNotContain(bearer.substring("Bearer ".length()));
		assertThat(admin("quota", user)).containsPattern("quota\\.daily\\.used +7\\n")
			.containsPattern("quota\\.daily\\.limit +1000\\n");

		assertThat(admin("tier", user, "pro")).containsPattern("account\\.tier +pro")
			.containsPattern("tierBefore +free");
		JsonResponse asPro = Attempts.until("pro at the other instance", () -> second.quota(bearer),
				(quota) -> quota.at("/tier/tier").equals("pro"));
		assertThat(asPro.body().at("/quota/daily/limit").asInt()).isEqualTo(50_000);
		assertThat(asPro.body().at("/quota/daily/used").asInt()).isEqualTo(7);

		assertThat(admin("quota-reset", user)).containsPattern("quota\\.daily\\.used +0\\n");
		assertThat(second.quota(bearer).body().at("/quota/daily/used").asInt()).isZero();
		assertThat(second.quota(bearer).body().at("/quota/burst/used").asInt()).isZero();

		assertThat(admin("stats")).containsPattern("gateway\\.ratelimit\\.decisions +decision=")
			.containsPattern("classifiers\\[0\\]\\.cacheHitRate +[0-9.]+\\n")
			.containsPattern("classifiers\\[0\\]\\.metrics\\.posts +result=classified count=[1-9]");

		assertThat(admin("--yes", "revoke", user)).containsPattern("revoked +1\\n");
		for (Extension instance : List.of(this.client, second)) {
			JsonResponse refused = Attempts.until("refused", () -> instance.classify(bearer, WISH, posts),
					(answer) -> answer.status() != 200);
			assertThat(refused.status()).isEqualTo(401);
			assertThat(refused.at("/error")).isEqualTo("INVALID_AUTH");
			assertThat(refused.at("/message")).isEqualTo("INVALID_TOKEN");
		}
		assertThat(this.client.classify(this.token, WISH, posts).status()).as("somebody else").isEqualTo(200);

		assertThat(admin("audit", "20")).containsSubsequence("done       tokens_revoked", user,
				"attempted  tokens_revoked", "done       stats_read", "done       quota_reset",
				"attempted  quota_reset", "done       tier_changed", "attempted  tier_changed", "done       quota_read",
				"done       account_read");
		assertThat(admin("audit-clients", "200")).containsPattern("done +issued +device:[0-9a-f]+ +" + user);
	}

	/** What the operators' command says, typed at the project's root. */
	private static String admin(String... words) throws Exception {
		List<String> command = new ArrayList<>(List.of("deploy/admin/clearview-admin", "--url", stack.gateway().url(),
				"--keys", stack.directory().keys("admin").toString()));
		command.addAll(List.of(words));
		Shell ended = Shell.run(Project.root(), command.toArray(String[]::new));
		assertThat(ended.status()).as(ended.printed()).isZero();
		return ended.printed();
	}

	@ParameterizedTest
	@MethodSource
	void everyRefusalHasTheContractsBody(int status, String error, Request request) throws Exception {
		JsonResponse answer = request.send(this.client, this.token);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.at("/error")).isEqualTo(error);
		assertThat(answer.body().path("success").asBoolean(true)).isFalse();
		assertThat(answer.at("/message")).isNotEmpty();
		assertThat(answer.at("/correlationId")).isEqualTo(answer.header("X-Correlation-ID")).isNotEmpty();
		assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
		assertThat(answer.header("Cache-Control")).contains("no-store");
		if (status == 429 || status == 503) {
			assertThat(answer.body().at("/retryAfterMs").asLong()).isPositive();
			assertThat(answer.header("Retry-After")).isNotEmpty();
		}
	}

	/** A request that is refused. */
	@FunctionalInterface
	interface Request {

		JsonResponse send(Extension client, String token) throws Exception;

	}

	static Stream<Arguments> everyRefusalHasTheContractsBody() {
		String post = "{\"hash\":\"post_1\",\"content\":\"a post\"}";
		return Stream.of(refusal("no posts", 400, "INVALID_REQUEST", posting("{\"posts\":[]}")),
				refusal("51 posts", 400, "INVALID_REQUEST",
						posting("{\"posts\":[" + String.join(",", Collections.nCopies(51, post)) + "]}")),
				refusal("a post with a NUL", 400, "INVALID_REQUEST",
						posting("{\"posts\":[{\"hash\":\"post_1\",\"content\":\"a\\u0000b\"}]}")),
				refusal("an array", 400, "INVALID_REQUEST", posting("[" + post + "]")),
				refusal("no JSON", 400, "INVALID_JSON", posting("posts=1")),
				refusal("deep nesting", 400, "INVALID_REQUEST", posting("[".repeat(5000) + "]".repeat(5000))),
				refusal("invalid UTF-8", 400, "INVALID_JSON",
						(client, token) -> client.post(token,
								BodyPublishers.ofByteArray("{\"posts\":[{\"hash\":\"post_1\",\"content\":\"\u00ff\"}]}"
									.getBytes(StandardCharsets.ISO_8859_1)))),
				refusal("101 KB in chunks", 413, "PAYLOAD_TOO_LARGE",
						(client, token) -> client.post(token,
								BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[101 * 1024])))),
				refusal("101 KB", 413, "PAYLOAD_TOO_LARGE",
						(client, token) -> client.post(token, BodyPublishers.ofByteArray(new byte[101 * 1024]))),
				refusal("no token", 401, "INVALID_AUTH", (client, _) -> client.send(client.request("/quota").GET())),
				refusal("another scheme", 401, "INVALID_AUTH", (client, _) -> client.quota("Basic abc")),
				refusal("an unknown token", 401, "INVALID_AUTH",
						(client, _) -> client.quota("Bearer " + "00".repeat(32))),
				refusal("an unknown path", 404, "NOT_FOUND",
						(client, token) -> client.send(client.request("/nowhere").GET())),
				refusal("a wrong method", 405, "METHOD_NOT_ALLOWED",
						(client, token) -> client
							.send(client.request("/classify").header("Authorization", token).GET())),
				refusal("another media type", 415, "UNSUPPORTED_MEDIA_TYPE",
						(client, token) -> client.send(client.request("/classify")
							.header("Authorization", token)
							.header("Content-Type", "text/plain")
							.POST(BodyPublishers.ofString("posts")))),
				refusal("a web page", 403, "ORIGIN_NOT_ALLOWED",
						(client, token) -> client.send(client.request("/quota")
							.header("Authorization", token)
							.setHeader("Origin", "https://evil.example")
							.GET())),
				refusal("too many posts a minute", 429, "BURST_LIMIT_EXCEEDED", (client, token) -> {
					client.classify(token, WISH, Collections.nCopies(50, Post.of("the same again")));
					return client.classify(token, WISH, List.of(Post.of("the same again")));
				}), refusal("too many accounts of one device", 429, "FINGERPRINT_LIMIT_EXCEEDED", (client, _) -> {
					for (int i = 0; i < 5; i++) {
						client.authenticate();
					}
					return client.authenticate();
				}), refusal("too many requests of one address", 429, "RATE_LIMIT_EXCEEDED", (client, _) -> {
					JsonResponse answer = client.post("Bearer x", BodyPublishers.ofString("{}"));
					for (int i = 0; i < 120 && answer.status() != 429; i++) {
						answer = client.post("Bearer x", BodyPublishers.ofString("{}"));
					}
					return answer;
				}));
	}

	private static Arguments refusal(String name, int status, String error, Request request) {
		return argumentSet(name, status, error, request);
	}

	private static Request posting(String body) {
		return (client, token) -> client.post(token, BodyPublishers.ofString(body));
	}

	private List<Post> posts(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> Post.of(this.test + ", post " + i + ((i % 3 == 0) ? ": buy " + Followers.BLOCKED : "")))
			.toList();
	}

	private static void assertJudged(JsonResponse answer, List<Post> posts) {
		assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
		assertNothingWrong(answer, posts);
		assertThat(answer.verdicts()).as("%s", answer.body()).noneMatch(PostResult::failedOpen);
	}

	/** One entry a post, in order, with its own label unless it was not judged. */
	private static void assertNothingWrong(JsonResponse answer, List<Post> posts) {
		assertThat(answer.verdicts()).extracting(PostResult::hash)
			.containsExactlyElementsOf(posts.stream().map(Post::hash).toList());
		for (int i = 0; i < posts.size(); i++) {
			PostResult verdict = answer.verdicts().get(i);
			assertThat(verdict.label())
				.isEqualTo(verdict.failedOpen() ? "ALLOW" : Followers.label(posts.get(i).content()));
		}
	}

}
