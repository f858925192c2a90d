package io.clearview.classifier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.clearview.classifier.identity.TestGateway;
import io.clearview.kit.testing.RedisAddress;
import io.clearview.kit.testing.TestCluster;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Instances of the whole service for one test class, over one Redis and judged by one
 * model behind HTTP: {@code @RegisterExtension static final Fleet fleet = Fleet.of(2)}.
 * Before each test the model forgets its calls and answers as at first. Whatever a test
 * left behind, everything ends in bounded time.
 */
public final class Fleet implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

	private final TestGateway gateway = new TestGateway();

	private final ModelStub model = new ModelStub();

	private final List<ServiceInstance> instances = new ArrayList<>();

	private final int size;

	private final RedisAddress redis;

	private final List<TestRedis> others;

	private final String[] settings;

	private Fleet(int size, RedisAddress redis, List<TestRedis> others, String... settings) {
		this.size = size;
		this.redis = redis;
		this.others = others;
		this.settings = settings;
	}

	/**
	 * Instances over one Redis server.
	 * @param settings of each, as {@code name=value}
	 */
	public static Fleet of(int size, String... settings) {
		return new Fleet(size, new TestRedis(), List.of(), settings);
	}

	/** Instances over one Redis Cluster. */
	public static Fleet onCluster(int size, TestCluster cluster, String... settings) {
		return new Fleet(size, cluster, List.of(), settings);
	}

	/** Instances whose Redis roles are two servers. */
	public static Fleet apart(int size, TestRedis state, TestRedis cache, String... settings) {
		List<String> all = new ArrayList<>(List.of(settings));
		all.add("clearview.redis.cache.url=" + cache.url());
		return new Fleet(size, state, List.of(cache), all.toArray(String[]::new));
	}

	public TestGateway gateway() {
		return this.gateway;
	}

	public ModelStub model() {
		return this.model;
	}

	/** The server with both roles, of a fleet that has it. */
	public TestRedis redis() {
		return (TestRedis) this.redis;
	}

	public ServiceInstance one() {
		return this.instances.getFirst();
	}

	public ServiceInstance two() {
		return this.instances.get(1);
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		this.redis.start();
		this.others.forEach(TestRedis::start);
		for (int i = 0; i < this.size; i++) {
			this.instances.add(ServiceInstance.judgedBy(this.model, this.gateway, this.redis, this.settings));
		}
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.model.reset();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		List<RuntimeException> faults = new ArrayList<>();
		end(this.instances, ServiceInstance::close, faults);
		end(List.of(this.model), ModelStub::close, faults);
		end(this.others, TestRedis::stop, faults);
		end(List.of(this.redis), RedisAddress::stop, faults);
		if (!faults.isEmpty()) {
			throw faults.getFirst();
		}
	}

	/** Goes on where one cannot be ended. */
	private static <T> void end(List<T> parts, Consumer<T> end, List<RuntimeException> faults) {
		for (T part : parts) {
			try {
				end.accept(part);
			}
			catch (RuntimeException ex) {
				faults.add(ex);
			}
		}
	}

}
