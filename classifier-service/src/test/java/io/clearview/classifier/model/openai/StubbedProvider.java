package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.Failures;
import io.clearview.classifier.model.guard.GuardProperties;
import io.clearview.classifier.model.guard.Guards;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A provider on a socket and a real redis-state, and models between the two:
 * {@code @RegisterExtension static final StubbedProvider provider = new StubbedProvider()}.
 * Redis is empty at the beginning of each test.
 */
final class StubbedProvider implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

	static final Price PRICE = new Price(0.1, 0.025, 0.8);

	private final TestRedis redis = new TestRedis();

	private final List<ProviderStub> stubs = new ArrayList<>();

	private Roles roles;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.redis.start();
		this.roles = Roles.of(this.redis, this.redis, Duration.ofSeconds(2), new SimpleMeterRegistry());
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.redis.flush();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.stubs.forEach(ProviderStub::close);
		this.stubs.clear();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.roles.close();
		this.redis.stop();
	}

	/** Another stub, until the end of the test. */
	ProviderStub stub() {
		ProviderStub stub = new ProviderStub();
		this.stubs.add(stub);
		return stub;
	}

	Redis state() {
		return this.roles.state();
	}

	/**
	 * The guarded model {@code m-1} of a provider.
	 * @param settings beside the name, as in {@code clearview.model}; at least the
	 * {@code base-url}
	 */
	Model model(Map<String, ?> settings, GuardProperties limits, List<ApiKey> keys, Price price, Failures failures,
			MeterRegistry meters) {
		Map<String, Object> all = new HashMap<>(settings);
		all.put("name", "m-1");
		OpenAiProperties properties = Settings.of(all);
		ApiKeys ring = new ApiKeys();
		ring.replace(keys);
		OpenAiProvider provider = new OpenAiProvider(OpenAiConfiguration.api(properties, limits.timeout()), properties,
				new Prompt(() -> ProviderStub.CODE), ring, price, failures, Clock.systemUTC());
		return Guards.around(provider, limits, state(), meters);
	}

}
