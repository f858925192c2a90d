package io.clearview.classifier.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.clearview.classifier.Bodies;
import io.clearview.classifier.FakeJudgedService;
import io.clearview.classifier.ServiceInstance;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AdminTest {

	@RegisterExtension
	static final FakeJudgedService shared = new FakeJudgedService();

	private static final String USER = "ad".repeat(32);

	private static ServiceInstance service;

	private static TestGateway gateway;

	@BeforeAll
	static void begin() {
		service = shared.service();
		gateway = shared.gateway();
	}

	@Test
	void showsAndResetsAUsersQuota() {
		service.classify(gateway.user(USER, Tier.FREE), Bodies.posts("a", 50));
		String path = "/admin/quota/" + USER;
		assertThat(service.get(path, gateway.operator()).used()).isEqualTo(50);
		Reply pro = service.get(path + "?tier=pro", gateway.operator());
		assertThat(pro.body().path("quota").path("daily").path("limit").asInt()).isEqualTo(50_000);
		Reply reset = service.delete(path, gateway.operator());
		assertThat(reset.status()).isEqualTo(200);
		assertThat(reset.used()).isZero();
		assertThat(service.classify(gateway.user(USER, Tier.FREE), Bodies.posts("a", 50))
			.body()
			.path("quota")
			.path("quotaUsed")
			.asInt()).isEqualTo(50);
	}

	@Test
	void showsStatistics() {
		Reply stats = service.get("/admin/stats", gateway.operator());
		assertThat(stats.status()).isEqualTo(200);
		assertThat(stats.body().path("success").asBoolean()).isTrue();
		assertThat(stats.body().path("cacheHitRate").isNumber()).isTrue();
		assertThat(stats.body().path("costUsd").path("avoided").isNumber()).isTrue();
		assertThat(stats.body().path("metrics").path("quota.posts")).hasSizeGreaterThanOrEqualTo(12);
		assertThat(stats.body().path("metrics").path("redis.up")).hasSize(2);
	}

	@Test
	void isForOperatorsOnly() {
		assertThat(service.get("/admin/stats", gateway.user()).status()).isEqualTo(401);
		assertThat(service.get("/admin/quota/" + USER, gateway.user()).status()).isEqualTo(401);
		assertThat(service.get("/admin/stats", "").error()).isEqualTo("INVALID_AUTH");
	}

	@Test
	void saysWhatItExpected() {
		assertThat(service.get("/admin/quota/nobody", gateway.operator()).body().path("message").asString())
			.isEqualTo("Invalid userId: must be 64 hex digits");
		assertThat(service.get("/admin/quota/" + USER + "?tier=gold", gateway.operator())
			.body()
			.path("message")
			.asString()).isEqualTo("Invalid tier: must be free, pro or enterprise");
	}

}
