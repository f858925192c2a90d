package io.clearview.classifier;

import java.util.List;

import io.clearview.classifier.api.FakeVerdicts;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One instance for all test classes that decide verdicts themselves:
 * {@code @RegisterExtension static final FakeJudgedService service = new FakeJudgedService()}.
 */
public final class FakeJudgedService implements BeforeAllCallback {

	/** Posts that may be judged after their callers have left. */
	public static final int BACKGROUND_POSTS = 200;

	private Running running;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.running = context.getRoot()
			.getStore(Namespace.GLOBAL)
			.computeIfAbsent(FakeJudgedService.class, (_) -> new Running(), Running.class);
		verdicts().reset();
	}

	public ServiceInstance service() {
		return this.running.service;
	}

	public TestGateway gateway() {
		return this.running.gateway;
	}

	public TestRedis redis() {
		return this.running.redis;
	}

	public FakeVerdicts verdicts() {
		return this.running.service.bean(FakeVerdicts.class);
	}

	private static final class Running implements AutoCloseable {

		private final TestRedis redis = new TestRedis();

		private final TestGateway gateway = new TestGateway();

		private final ServiceInstance service;

		Running() {
			this.redis.start();
			this.service = ServiceInstance.start(this.gateway, this.redis, List.of(FakeVerdicts.Beans.class),
					"clearview.redis.timeout=5s", "clearview.api.background-posts=" + BACKGROUND_POSTS,
					"clearview.errors.counted-every=100ms", "management.tracing.sampling.probability=1");
		}

		@Override
		public void close() {
			this.service.close();
			this.redis.stop();
		}

	}

}
