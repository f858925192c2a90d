package io.clearview.gateway.admin;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.nimbusds.jwt.SignedJWT;
import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.Printed;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.deleteRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Two instances on one Redis, and an operator. */
@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class AdministrationTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@RegisterExtension
	static final WireMockExtension classifier = WireMockExtension.newInstance()
		.options(wireMockConfig().dynamicPort())
		.build();

	@TempDir
	static Path keys;

	static Path admin;

	static Gateway gateway;

	static Gateway other;

	static SignedCalls operator;

	@BeforeAll
	static void start() {
		admin = KeyFiles.ring(keys, "admin");
		operator = new SignedCalls("ops", KeyFiles.write(admin, "ops", Instant.EPOCH, true));
		gateway = instance();
		other = instance();
	}

	private static Gateway instance() {
		return Gateway.start(redis.url(), classifier.baseUrl(), "clearview.sign-up.device.at-once=100000",
				"clearview.limits.shared.admin=100000", "clearview.limits.shared.address=100000",
				"clearview.limits.flood=100000", "clearview.admin.keys=" + admin, "clearview.key-poll=100ms",
				"clearview.redis.timeout=1s", "clearview.redis.probe=50ms");
	}

	@AfterAll
	static void stop() {
		gateway.close();
		other.close();
	}

	@BeforeEach
	void classifierAnswers() {
		redis.resume();
		eventually("Redis is used", () -> gateway.context().getBean(RedisGuard.class).isUp());
		classifier.stubFor(any(anyUrl()).willReturn(okJson("{\"success\":true}")));
	}

	@Test
	void showsAnAccountWithoutItsTokens() {
		User user = user();
		Answer answer = gateway.send(operator.call(gateway, "GET", "/admin/accounts/" + user.id));
		assertThat(answer.status()).isEqualTo(200);
		JsonNode account = answer.json().get("account");
		assertThat(account.get("user").asString()).isEqualTo(user.id);
		assertThat(account.get("tier").asString()).isEqualTo("free");
		assertThat(account.get("tokens")).hasSize(1);
		assertThat(account.at("/tokens/0/expires").asString()).matches("20\\d\\d-.*Z");
		assertThat(answer.body()).doesNotContain(user.token.substring("Bearer ".length()));
	}

	@Test
	void changesATierOnEveryInstance() {
		User user = user();
		other.send(other.classify(user.token, "{}"));
		Answer answer = gateway
			.send(operator.call(gateway, "PUT", "/admin/accounts/" + user.id + "/tier", "{\"tier\":\"pro\"}"));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().at("/account/tier").asString()).isEqualTo("pro");
		assertThat(answer.json().get("tierBefore").asString()).isEqualTo("free");
		assertThat(trail("operators", 2)).extracting((entry) -> entry.get("what").asString())
			.containsExactly("tier_changed", "tier_changed");
		assertThat(trail("operators", 3)).extracting((entry) -> entry.get("outcome").asString())
			.containsExactly("done", "done", "attempted");
	}

	@Test
	void revokesTheTokensOfAnAccountOnEveryInstance() {
		User user = user();
		assertThat(other.send(other.classify(user.token, "{}")).status()).isEqualTo(200);
		Answer answer = gateway.send(operator.call(gateway, "DELETE", "/admin/accounts/" + user.id + "/tokens"));
		assertThat(answer.json().get("revoked").asInt()).isEqualTo(1);
		eventually("refused by the other instance", () -> other.send(other.classify(user.token, "{}")).status() == 401);
	}

	@Test
	void revokesATokenThatWasNeverUsed() {
		User user = issued();
		Answer answer = gateway.send(operator.call(gateway, "DELETE", "/admin/accounts/" + user.id + "/tokens"));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json().get("revoked").asInt()).isEqualTo(1);
		assertThat(isRefused(user, gateway)).isTrue();
		eventually("refused by the other instance", () -> isRefused(user, other));
		Answer again = gateway.send(operator.call(gateway, "DELETE", "/admin/accounts/" + user.id + "/tokens"));
		assertThat(again.json().get("revoked").asInt()).isZero();
		assertThat(redis.ask("EXISTS account:{" + user.id + "}")).as("the account").contains(":0");
	}

	@Test
	void revocationsAndTiersHoldOnEveryInstanceWithinASecond() {
		List<Duration> tiers = new ArrayList<>();
		List<Duration> revocations = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			User user = user();
			assertThat(List.of(gateway, other)).allSatisfy((at) -> assertThat(tierTold(user, at)).isEqualTo("free"));
			gateway.send(operator.call(gateway, "PUT", "/admin/accounts/" + user.id + "/tier", "{\"tier\":\"pro\"}"));
			tiers.add(until("the tier is changed",
					() -> tierTold(user, gateway).equals("pro") && tierTold(user, other).equals("pro")));
			gateway.send(operator.call(gateway, "DELETE", "/admin/accounts/" + user.id + "/tokens"));
			revocations.add(until("the token is refused", () -> isRefused(user, gateway) && isRefused(user, other)));
		}
		// most of five: a machine may stop for a second, a change may not take one
		assertThat(tiers).filteredOn((took) -> took.toMillis() < 1000).hasSizeGreaterThanOrEqualTo(3);
		assertThat(revocations).filteredOn((took) -> took.toMillis() < 1000).hasSizeGreaterThanOrEqualTo(3);
	}

	@Test
	void aChangeThatIsReplayedChangesNothing() {
		User user = user();
		String path = "/admin/accounts/" + user.id + "/tier";
		Instant now = Instant.now();
		String nonce = nonce();
		assertThat(gateway.send(operator.call(gateway, "PUT", path, "{\"tier\":\"pro\"}", now, nonce)).status())
			.isEqualTo(200);
		assertThat(gateway.send(operator.call(gateway, "PUT", path, "{\"tier\":\"free\"}")).status()).isEqualTo(200);
		for (Gateway instance : List.of(gateway, other)) {
			assertRefused(instance.send(operator.call(instance, "PUT", path, "{\"tier\":\"pro\"}", now, nonce)),
					"X-Nonce was used before");
		}
		assertThat(gateway.send(operator.call(gateway, "GET", "/admin/accounts/" + user.id))
			.json()
			.at("/account/tier")
			.asString()).isEqualTo("free");
	}

	@Test
	void remembersANonceForLongerThanItsTimestampIsAccepted() {
		String nonce = nonce();
		Instant ahead = Instant.now().plusSeconds(299);
		assertThat(gateway.send(operator.call(gateway, "GET", "/admin/audit", "", ahead, nonce)).status())
			.isEqualTo(200);
		assertThat(redis.ask("TTL nonce:{ops:" + nonce + "}").lines().findFirst().orElseThrow())
			.satisfies((ttl) -> assertThat(Integer.parseInt(ttl.substring(1))).isGreaterThan(600));
	}

	@Test
	void noCallFailsWhileAnAdminKeyIsReplaced() throws Exception {
		KeyFiles.write(admin, "leaving", Instant.EPOCH, true, new byte[32]);
		SignedCalls leaving = new SignedCalls("leaving", new byte[32]);
		eventually("accepted", () -> gateway.send(leaving.call(gateway, "GET", "/admin/audit")).status() == 200);
		SignedCalls coming = new SignedCalls("coming", KeyFiles.write(admin, "coming", Instant.now(), true));
		eventually("both are accepted", () -> {
			assertThat(gateway.send(leaving.call(gateway, "GET", "/admin/audit")).status()).isEqualTo(200);
			return gateway.send(coming.call(gateway, "GET", "/admin/audit")).status() == 200;
		});
		Files.delete(admin.resolve("leaving.key"));
		eventually("the old one is gone", () -> {
			assertThat(gateway.send(coming.call(gateway, "GET", "/admin/audit")).status()).isEqualTo(200);
			return gateway.send(leaving.call(gateway, "GET", "/admin/audit")).status() == 401;
		});
	}

	@Test
	void routesQuotasToTheClassifierWithASignedScope() {
		User user = user();
		classifier.stubFor(get(urlPathEqualTo("/admin/quota/" + user.id)).willReturn(okJson("{\"used\":7}")));
		classifier.stubFor(delete(urlPathEqualTo("/admin/quota/" + user.id)).willReturn(okJson("{\"used\":0}")));
		assertThat(gateway.send(operator.call(gateway, "GET", "/admin/accounts/" + user.id + "/quota")).body())
			.isEqualTo("{\"used\":7}");
		assertThat(gateway.send(operator.call(gateway, "DELETE", "/admin/accounts/" + user.id + "/quota")).body())
			.isEqualTo("{\"used\":0}");
		classifier.verify(deleteRequestedFor(urlEqualTo("/admin/quota/" + user.id + "?tier=free"))
			.withHeader("X-ClearView-Identity", matching("[\\w-]+\\.[\\w-]+\\.[\\w-]+"))
			.withHeader("X-Correlation-ID", matching(".+")));
	}

	@Test
	void mergesTheStatisticsOfBothServices() {
		classifier.stubFor(get("/admin/stats").willReturn(okJson("{\"cache\":{\"hits\":3}}")));
		JsonNode stats = gateway.send(operator.call(gateway, "GET", "/admin/stats")).json();
		assertThat(stats.at("/classifiers/0/cache/hits").asInt()).isEqualTo(3);
		assertThat(stats.at("/gateway/ratelimit.decisions")).isNotEmpty();
		assertThat(stats.at("/gateway/uptimeSeconds").isNumber()).isTrue();
	}

	@Test
	void tellsWhenTheClassifierIsGone() {
		User user = user();
		classifier.stubFor(any(anyUrl()).willReturn(serverError()));
		Answer answer = gateway.send(operator.call(gateway, "GET", "/admin/accounts/" + user.id + "/quota"));
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.json().get("error").asString()).isEqualTo("SERVICE_UNAVAILABLE");
		assertThat(gateway.send(operator.call(gateway, "GET", "/admin/stats")).json().get("classifiers")).isEmpty();
	}

	@Test
	void refusesRequestsThatAreNotTheOperators() {
		String path = "/admin/accounts/" + "0".repeat(64);
		Instant now = Instant.now();
		SignedCalls stranger = new SignedCalls("ops", new byte[32]);
		SignedCalls nobody = new SignedCalls("nobody", new byte[32]);
		assertRefused(gateway.send(gateway.request(path).GET()), "MISSING_AUTH");
		assertRefused(gateway.send(gateway.request(path).GET().header("X-Key-Id", "ops")), "INVALID_FORMAT");
		assertRefused(gateway.send(stranger.call(gateway, "GET", path)), "INVALID_TOKEN");
		assertRefused(gateway.send(nobody.call(gateway, "GET", path)), "INVALID_TOKEN");
		assertRefused(gateway.send(operator.call(gateway, "PUT", path + "/tier", "{\"tier\":\"pro\"}")
			.method("PUT", BodyPublishers.ofString("{\"tier\":\"enterprise\"}"))), "INVALID_TOKEN");
		assertRefused(gateway.send(operator.call(gateway, "GET", path)
			.uri(URI.create("http://127.0.0.1:" + gateway.port() + path + "/quota"))), "INVALID_TOKEN");
		assertRefused(gateway.send(operator.call(gateway, "GET", path + "/quota").DELETE()), "INVALID_TOKEN");
		assertRefused(
				gateway.send(operator.call(gateway, "GET", path, "", now.minus(Duration.ofSeconds(400)), nonce())),
				"X-Timestamp must be within 300 s");
		assertRefused(gateway.send(operator.call(gateway, "GET", path, "", now.plus(Duration.ofSeconds(400)), nonce())),
				"X-Timestamp must be within 300 s");
		assertThat(trail("clients", 9)).allSatisfy((entry) -> {
			assertThat(entry.get("what").asString()).isEqualTo("admin_request");
			assertThat(entry.get("outcome").asString()).isEqualTo("refused");
			assertThat(entry.get("who").asString()).matches("address:[0-9a-f]{32}");
		});
	}

	@Test
	void acceptsASlightlyWrongClock() {
		String path = "/admin/audit";
		assertThat(gateway.send(operator.call(gateway, "GET", path, "", Instant.now().minusSeconds(240), nonce()))
			.status()).isEqualTo(200);
		assertThat(
				gateway.send(operator.call(gateway, "GET", path, "", Instant.now().plusSeconds(240), nonce())).status())
			.isEqualTo(200);
	}

	@Test
	void letsANonceSentToTwoInstancesAtOncePassExactlyOnce() {
		for (int round = 0; round < 10; round++) {
			String nonce = nonce();
			Instant now = Instant.now();
			List<Answer> answers = IntStream.range(0, 8).parallel().mapToObj((i) -> {
				Gateway instance = (i % 2 == 0) ? gateway : other;
				return instance.send(operator.call(instance, "GET", "/admin/audit", "", now, nonce));
			}).toList();
			assertThat(answers).filteredOn((answer) -> answer.status() == 200).hasSize(1);
			assertThat(answers).filteredOn((answer) -> answer.status() != 200)
				.allSatisfy((answer) -> assertRefused(answer, "X-Nonce was used before"));
		}
	}

	@Test
	void percentEncodingIsNoWayIn() {
		assertRefused(gateway.send(gateway.request("/%61dmin/audit").GET()), "MISSING_AUTH");
		assertRefused(gateway.send(gateway.request("/admin;x=y/audit").GET()), "MISSING_AUTH");
		assertThat(gateway.send(gateway.request("//admin/audit").GET()).status()).isIn(401, 404);
		assertThat(gateway.send(gateway.request("/ADMIN/audit").GET()).status()).isIn(401, 404);
	}

	@Test
	void namesWhatIsWrongWithARequest() {
		User user = user();
		assertInvalid(operator.call(gateway, "GET", "/admin/accounts/nobody"), 400, "user must be 64 hex digits");
		assertInvalid(operator.call(gateway, "GET", "/admin/accounts/" + "0".repeat(64)), 404, "There is no account");
		assertInvalid(operator.call(gateway, "PUT", "/admin/accounts/" + user.id + "/tier", "{\"tier\":\"gold\"}"), 400,
				"tier must be one of free, pro, enterprise");
		assertInvalid(operator.call(gateway, "PUT", "/admin/accounts/" + user.id + "/tier", "pro"), 400,
				"The body must be JSON");
		assertInvalid(operator.call(gateway, "GET", "/admin/audit?count=0"), 400, "count must be 1 to 1000");
		assertInvalid(operator.call(gateway, "GET", "/admin/audit?of=all"), 400, "of must be operators or clients");
		assertInvalid(operator.call(gateway, "POST", "/admin/stats"), 405, "Method must be [GET], not POST");
		assertInvalid(operator.call(gateway, "GET", "/admin/nothing"), 404, "There is nothing here");
		assertInvalid(operator.call(gateway, "PUT", "/admin/stats", "x".repeat(20_000)), 413, "16,384 bytes");
	}

	@Test
	void changesNothingThatCannotBeAudited(CapturedOutput output) {
		User user = user();
		redis.hang();
		Answer answer = gateway
			.send(operator.call(gateway, "PUT", "/admin/accounts/" + user.id + "/tier", "{\"tier\":\"pro\"}"));
		assertThat(answer.status()).isEqualTo(503);
		assertThat(answer.header("Retry-After")).isNotEmpty();
		redis.resume();
		eventually("Redis is used", () -> gateway.context().getBean(RedisGuard.class).isUp());
		assertThat(gateway.send(operator.call(gateway, "GET", "/admin/accounts/" + user.id))
			.json()
			.at("/account/tier")
			.asString()).isEqualTo("free");
	}

	@Test
	void auditsWhatHappensToAccountsAndKeys(CapturedOutput output) {
		User user = user();
		eventually("issued",
				() -> trail("clients", 20).stream()
					.anyMatch((entry) -> entry.get("what").asString().equals("issued")
							&& entry.get("whom").asString().equals(user.id)));
		eventually("logged", () -> output.getAll().contains("issued " + user.id + " done"));
		assertThat(Printed.soFar(output)).doesNotContain(user.token.substring(7));
		KeyFiles.write(admin, "new", Instant.now(), true);
		eventually("reloaded",
				() -> trail("operators", 50).stream()
					.anyMatch((entry) -> entry.get("what").asString().equals("key_set_reloaded")
							&& entry.get("detail").asString().contains("[new]")));
	}

	@Test
	void picksUpAndDropsKeysWithoutARestart() throws Exception {
		SignedCalls second = new SignedCalls("second", KeyFiles.write(admin, "second", Instant.now(), true));
		eventually("accepted", () -> gateway.send(second.call(gateway, "GET", "/admin/audit")).status() == 200);
		assertThat(gateway.send(operator.call(gateway, "GET", "/admin/audit")).status()).isEqualTo(200);
		Files.delete(admin.resolve("second.key"));
		eventually("refused", () -> gateway.send(second.call(gateway, "GET", "/admin/audit")).status() == 401);
	}

	@Test
	void commandShowsAndChangesAnAccount() {
		User user = user();
		AdminCommand.Result shown = AdminCommand.run(gateway, admin, "--key", "ops", "account", user.id);
		assertThat(shown.output()).contains("account.tier", "free", "account.tokens[0].expires");
		assertThat(shown.exit()).isZero();
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "tier", user.id, "enterprise").output())
			.contains("account.tier", "enterprise", "tierBefore", "free");
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "revoke", user.id))
			.returns(2, AdminCommand.Result::exit)
			.returns("clearview-admin: Revoking cannot be undone; give --yes\n", AdminCommand.Result::output);
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "--yes", "revoke", user.id).output())
			.containsPattern("revoked +1");
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "audit", "8").output())
			.containsPattern("done +tokens_revoked +key:ops +" + user.id)
			.containsPattern("attempted +tokens_revoked +key:ops +" + user.id);
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "stats").output())
			.containsPattern("gateway.ratelimit.decisions +decision=");
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "--json", "quota", user.id).output())
			.isEqualTo("{\"success\":true}\n");
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "quota-reset", user.id).exit()).isZero();
	}

	@Test
	void commandTellsWhatIsWrong() {
		assertThat(AdminCommand.run(gateway, admin, "--key", "ops", "tier", "0".repeat(64), "gold"))
			.returns(1, AdminCommand.Result::exit)
			.satisfies((result) -> assertThat(result.output()).matches(
					"clearview-admin: 400 INVALID_REQUEST: tier must be one of free, pro, enterprise \\(request .+\\)\n"));
		assertThat(AdminCommand.run(gateway, admin, "account", "me")).returns(2, AdminCommand.Result::exit);
		assertThat(AdminCommand.run(gateway, keys, "audit")).returns(2, AdminCommand.Result::exit);
		assertThat(AdminCommand.run(List.of(), "--help").output()).startsWith("Usage: clearview-admin");
		assertThat(AdminCommand
			.run(List.of("--url", "http://127.0.0.1:" + TestRedis.freePort(), "--keys", admin.toString()), "audit"))
			.returns(3, AdminCommand.Result::exit);
	}

	@Test
	void commandMakesKeysThatTheGatewayAccepts() {
		assertThat(AdminCommand.run(List.of(), "new-key", admin.toString(), "made").exit()).isZero();
		assertThat(AdminCommand.run(List.of(), "new-key", admin.toString(), "made").exit()).isEqualTo(1);
		eventually("accepted", () -> AdminCommand.run(gateway, admin, "--key", "made", "audit-clients").exit() == 0);
	}

	private static List<JsonNode> trail(String of, int count) {
		Answer answer = other.send(operator.call(other, "GET", "/admin/audit?count=" + count + "&of=" + of));
		assertThat(answer.status()).isEqualTo(200);
		return answer.json().get("entries").valueStream().toList();
	}

	private static void assertRefused(Answer answer, String message) {
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.json().get("error").asString()).isEqualTo("INVALID_AUTH");
		assertThat(answer.json().get("message").asString()).startsWith(message);
	}

	private static void assertInvalid(java.net.http.HttpRequest.Builder request, int status, String message) {
		Answer answer = gateway.send(request);
		assertThat(answer.json().get("message").asString()).contains(message);
		assertThat(answer.status()).isEqualTo(status);
	}

	private static boolean isRefused(User user, Gateway instance) {
		return instance.send(instance.classify(user.token, "{}")).status() == 401;
	}

	/** The tier that an instance tells the classifier; none when it refuses. */
	private static String tierTold(User user, Gateway instance) {
		String correlation = UUID.randomUUID().toString();
		instance.send(instance.classify(user.token, "{}").header("X-Correlation-ID", correlation));
		return classifier
			.findAll(postRequestedFor(urlEqualTo("/classify")).withHeader("X-Correlation-ID", equalTo(correlation)))
			.stream()
			.findFirst()
			.map((request) -> claim(request.getHeader("X-ClearView-Identity")))
			.orElse("none");
	}

	private static String claim(String assertion) {
		try {
			return SignedJWT.parse(assertion).getJWTClaimsSet().getStringClaim("tier");
		}
		catch (ParseException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Duration until(String what, BooleanSupplier condition) {
		long start = System.nanoTime();
		eventually(what, condition);
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static String nonce() {
		return UUID.randomUUID().toString();
	}

	private static User user() {
		User user = issued();
		// the first authenticated request makes the account
		gateway.send(gateway.classify(user.token, "{}"));
		return user;
	}

	private static User issued() {
		JsonNode issued = gateway
			.send(gateway.request("/auth").header("Content-Type", "application/json").POST(BodyPublishers.noBody()))
			.json();
		return new User(issued.get("userId").asString(), issued.get("token").asString());
	}

	private record User(String id, String token) {
	}

}
