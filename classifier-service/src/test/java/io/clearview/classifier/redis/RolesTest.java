package io.clearview.classifier.redis;

import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.clearview.classifier.telemetry.Metrics.REDIS_UP;
import static org.assertj.core.api.Assertions.assertThat;

class RolesTest {

	@RegisterExtension
	static final TestRedis server = new TestRedis();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	@Test
	void rolesOnOneServerShareAConnectionButNoGuard() {
		try (Roles roles = Roles.of(server, server, this.meters)) {
			assertThat(roles.cache().run((commands) -> commands.clientId()).block())
				.isEqualTo(roles.state().run((commands) -> commands.clientId()).block());
			assertThat(this.meters.get(REDIS_UP).tag("role", "state").gauge().value()).isOne();
			assertThat(this.meters.get(REDIS_UP).tag("role", "cache").gauge().value()).isOne();
		}
	}

}
