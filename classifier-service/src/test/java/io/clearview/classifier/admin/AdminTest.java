package io.clearview.classifier.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.List;

import io.clearview.classifier.Bodies;
import io.clearview.classifier.ServiceInstance;
import io.clearview.classifier.ServiceInstance.Reply;
import io.clearview.classifier.api.FakeVerdicts;
import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.redis.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AdminTest {

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static final TestGateway gateway = new TestGateway();

	private static ServiceInstance service;

	@BeforeAll
	static void start() {
		service = ServiceInstance.start(gateway, redis, List.of(FakeVerdicts.Beans.class), "clearview.redis.timeout=5s");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void showsAndResetsAUsersQuota() {
		service.classify(Bodies.posts("a", 50));
		String path = "/admin/quota/" + TestGateway.USER;
		assertThat(used(service.get(path, gateway.operator()))).isEqualTo(50);
		Reply pro = service.get(path + "?tier=pro", gateway.operator());
		assertThat(pro.body().path("quota").path("daily").path("limit").asInt()).isEqualTo(50_000);
		Reply reset = service.send(HttpRequest.newBuilder(service.uri(path))
			.header(IdentityFilter.HEADER, gateway.operator())
			.DELETE()
			.build());
		assertThat(reset.status()).isEqualTo(200);
		assertThat(used(reset)).isZero();
		assertThat(service.classify(Bodies.posts("a", 50)).body().path("quota").path("quotaUsed").asInt())
			.isEqualTo(50);
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
		assertThat(service.get("/admin/quota/" + TestGateway.USER, gateway.user()).status()).isEqualTo(401);
		assertThat(service.get("/admin/stats", "").error()).isEqualTo("INVALID_AUTH");
	}

	@Test
	void saysWhatItExpected() {
		assertThat(service.get("/admin/quota/nobody", gateway.operator()).body().path("message").asString())
			.isEqualTo("Invalid userId: must be 64 hex digits");
		assertThat(service.get("/admin/quota/" + TestGateway.USER + "?tier=gold", gateway.operator())
			.body()
			.path("message")
			.asString()).isEqualTo("Invalid tier: must be free, pro or enterprise");
	}

	private static int used(Reply reply) {
		return reply.body().path("quota").path("daily").path("used").asInt(-1);
	}

}
