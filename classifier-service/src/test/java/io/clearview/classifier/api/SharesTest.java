package io.clearview.classifier.api;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.clearview.classifier.Bodies;
import io.clearview.classifier.Fleet;
import io.clearview.classifier.ModelStub;
import io.clearview.classifier.ServiceInstance;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Shares of the day's model budget over HTTP: a post costs about a tenth of a share. */
class SharesTest {

	@RegisterExtension
	static final Fleet fleet = Fleet.of(1, "clearview.model.guard.daily-cap=0.4");

	private final AtomicInteger posts = new AtomicInteger();

	@Test
	void aFarmOfAccountsOnOneNetworkLeavesTheBudgetToOthers() {
		ServiceInstance service = fleet.one();
		String other = fleet.gateway().user("a%063x".formatted(1), Tier.ENTERPRISE, "b".repeat(32));
		eventually("the instance knows the shares", () -> !newPost(service, other).has("failedOpen"));
		Reply first = service.classify(farmer(), Bodies.posts("known spam"));
		assertThat(first.label(0)).isEqualTo("BLOCK");
		AtomicInteger judged = new AtomicInteger();
		eventually("the network is over its share", () -> {
			JsonNode answer = newPost(service, farmer());
			judged.addAndGet(answer.has("failedOpen") ? 0 : 1);
			return answer.path("reason").asString("").equals("MODEL_BUDGET");
		});
		assertThat(judged.get()).as("a share is about ten posts").isGreaterThan(3);
		String farmer = farmer();
		Reply reply = service.classify(farmer, Bodies.posts("known spam", "never seen"));
		assertThat(reply.label(0)).as("cached verdicts stay free of it").isEqualTo("BLOCK");
		assertThat(reply.classification(1).path("reason").asString()).isEqualTo("MODEL_BUDGET");
		assertThat(service.used(farmer)).as("what failed open is not charged").isEqualTo(1);
		assertThat(newPost(service, other).has("failedOpen")).isFalse();
		assertThat(service.bean(MeterRegistry.class).get(Metrics.SHARE_REFUSED).tag("of", "network").counter().count())
			.isPositive();
	}

	@Test
	void aPostWhoseDeclineIsRememberedTakesNothingOfItsSendersShare() {
		ServiceInstance service = fleet.one();
		fleet.model()
			.answering((posts) -> posts.stream().anyMatch((post) -> post.content().contains("bomb"))
					? WireMock.aResponse().withStatus(400).withBody("{\"error\":{\"code\":\"content_filter\"}}")
					: ModelStub.byContent(posts));
		String other = fleet.gateway().user("c%063x".formatted(1), Tier.ENTERPRISE, "c".repeat(32));
		String sender = fleet.gateway().user("d%063x".formatted(1), Tier.ENTERPRISE, "d".repeat(32));
		eventually("the instance knows the shares", () -> !newPost(service, other).has("failedOpen"));
		for (int i = 0; i < 60; i++) {
			Reply declined = service.classify(sender, Bodies.posts("a bomb"));
			assertThat(declined.classification(0).path("reason").asString()).isEqualTo("MODEL_DECLINED");
		}
		assertThat(newPost(service, sender).has("failedOpen")).isFalse();
	}

	private JsonNode newPost(ServiceInstance service, String assertion) {
		return service.classify(assertion, Bodies.posts("post " + this.posts.incrementAndGet())).classification(0);
	}

	/** Another account of the same network. */
	private String farmer() {
		return fleet.gateway().user("b%063x".formatted(this.posts.incrementAndGet()), Tier.FREE, "a".repeat(32));
	}

}
