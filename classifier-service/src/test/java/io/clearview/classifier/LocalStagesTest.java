package io.clearview.classifier;

import java.util.List;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole service with the local model: alone, as a fallback, and as a first stage. */
class LocalStagesTest {

	private static final String SURE = "WIN a brand new car! Text CAR to 80082 now to claim your free prize, 1.50 per msg";

	private static final String HARMLESS = "The bread is in the oven and the whole flat smells of it";

	private static final JsonMapper json = new JsonMapper();

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static final TestGateway gateway = new TestGateway();

	private static final ModelStub model = new ModelStub();

	@BeforeEach
	void reset() {
		redis.flush();
		model.reset();
	}

	@AfterAll
	static void close() {
		model.close();
	}

	@Test
	void aServiceThatWasGivenNoModelJudgesLocallyAndSaysSo() {
		try (ServiceInstance service = ServiceInstance.start(gateway, redis)) {
			Reply reply = service.classify(body("Block spam", SURE, HARMLESS));
			assertThat(reply.status()).isEqualTo(200);
			assertThat(reply.label(0)).isEqualTo("BLOCK");
			assertThat(reply.label(1)).isEqualTo("ALLOW");
			assertThat(reply.count((post) -> post.path("model").asString().equals("local"))).isEqualTo(2);
			assertThat(reply.body().has("preferenceNotUnderstood")).isFalse();

			for (String preference : List.of("Bloquea spam y criptomonedas", "スパムをブロック", "...")) {
				Reply foreign = service.classify(body(preference, SURE));
				assertThat(foreign.label(0)).as(preference).isNotEmpty();
				assertThat(foreign.body().path("preferenceNotUnderstood").asBoolean()).as(preference).isTrue();
			}
		}
	}

	@Test
	void labelsSurePostsFreeOfChargeWhileTheProviderIsOut() {
		try (ServiceInstance service = ServiceInstance.judgedBy(model, gateway, redis,
				"clearview.model.fallback=local")) {
			model.answering((_) -> WireMock.serverError());
			String user = gateway.user("a%063x".formatted(1), Tier.FREE);
			Reply reply = service.classify(user, body("Block spam", SURE));
			assertThat(reply.label(0)).isEqualTo("BLOCK");
			assertThat(reply.classification(0).path("fallback").asBoolean()).isTrue();
			assertThat(reply.classification(0).path("cached").asBoolean(true)).isFalse();
			assertThat(reply.classification(0).path("model").asString()).isEqualTo("local");
			assertThat(reply.classification(0).path("reason").asString()).startsWith("MODEL_");
			assertThat(reply.classification(0).has("failedOpen")).isFalse();
			assertThat(service.used(user)).as("charged").isZero();

			Reply unknown = service.classify(user, body("スパムをブロック", SURE));
			assertThat(unknown.classification(0).path("failedOpen").asBoolean()).isTrue();

			model.reset();
			Reply judged = service.classify(user, body("Block spam", SURE));
			assertThat(judged.classification(0).has("fallback")).as("kept as the provider's").isFalse();
			assertThat(judged.classification(0).path("cached").asBoolean(true)).isFalse();
			assertThat(judged.classification(0).path("model").asString()).isEqualTo("test-model");
			assertThat(judged.label(0)).as("the stub's label").isEqualTo("ALLOW");
		}
	}

	@Test
	void showsWhatCannotBeJudgedUnlessAFallbackIsSet() {
		try (ServiceInstance service = ServiceInstance.judgedBy(model, gateway, redis)) {
			model.answering((_) -> WireMock.serverError());
			Reply reply = service.classify(body("Block spam", SURE));
			assertThat(reply.label(0)).isEqualTo("ALLOW");
			assertThat(reply.classification(0).path("failedOpen").asBoolean()).isTrue();
		}
	}

	@Test
	void doesNotAskTheProviderWhereTheFirstStageIsSure() {
		try (ServiceInstance service = ServiceInstance.judgedBy(model, gateway, redis, "clearview.model.cascade=0.9")) {
			model.reset();
			String unclear = "Text me about the prize";
			Reply reply = service.classify(body("Block spam", SURE, HARMLESS));
			assertThat(reply.label(0)).isEqualTo("BLOCK");
			assertThat(reply.label(1)).isEqualTo("ALLOW");
			assertThat(reply.classification(0).path("model").asString()).isEqualTo("test-model+local");
			assertThat(model.calls()).isEmpty();

			Reply foreign = service.classify(body("スパムをブロック", SURE, unclear));
			assertThat(foreign.label(0)).as("the stub's label").isEqualTo("ALLOW");
			assertThat(model.batches()).hasSize(1);
			assertThat(model.batches().getFirst()).hasSize(2);
		}
	}

	@Test
	void theFirstStageLabelsWhileTheProviderIsOut() {
		try (ServiceInstance service = ServiceInstance.judgedBy(model, gateway, redis, "clearview.model.cascade=0.9",
				"clearview.model.guard.breaker-failures=1")) {
			model.answering((_) -> WireMock.serverError());
			String unclear = "Text me about the prize";
			String user = gateway.user("a%063x".formatted(2), Tier.FREE);
			assertThat(service.classify(user, body("スパムをブロック", unclear)).classification(0).has("failedOpen")).isTrue();
			assertThat(service.bean(MeterRegistry.class).get(Metrics.BREAKER_OPEN).gauge().value()).isOne();
			Reply reply = service.classify(user, body("Block spam", SURE, HARMLESS));
			assertThat(reply.label(0)).isEqualTo("BLOCK");
			assertThat(reply.label(1)).isEqualTo("ALLOW");
			assertThat(reply.count((post) -> post.has("failedOpen"))).isZero();
			assertThat(reply.classification(0).path("model").asString()).isEqualTo("test-model+local");
			assertThat(service.used(user)).as("charged like any label").isEqualTo(2);
			Reply again = service.classify(user, body("Block spam", SURE));
			assertThat(again.classification(0).path("cached").asBoolean()).isTrue();
		}
	}

	private static String body(String preference, String... contents) {
		ObjectNode body = json.createObjectNode();
		ArrayNode posts = body.putArray("posts");
		for (int i = 0; i < contents.length; i++) {
			posts.addObject().put("hash", "post_" + i).put("content", contents[i]);
		}
		return body.put("preference", preference).toString();
	}

}
