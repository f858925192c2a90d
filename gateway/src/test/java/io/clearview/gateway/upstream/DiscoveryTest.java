package io.clearview.gateway.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.kit.testing.TestRedis;
import io.clearview.gateway.testing.StubInstance;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.client.ReactorResourceFactory;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** A name with several addresses, as a headless service has. */
class DiscoveryTest {

	private static final String POSTS = """
			{"posts":[{"hash":"post_1","content":"zqpost a"}]}""";

	private static final String FIRST = "127.0.0.2";

	private static final String SECOND = "127.0.0.3";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static StubDns dns;

	private StubInstance first;

	private StubInstance second;

	@BeforeEach
	void startInstances() throws IOException {
		dns = new StubDns();
		this.first = new StubInstance(FIRST, 0);
		this.second = new StubInstance(SECOND, this.first.port());
	}

	@AfterEach
	void stopInstances() {
		this.first.close();
		this.second.close();
		dns.close();
	}

	@Test
	void eachAddressOfANameIsAnInstance() {
		dns.resolveTo(FIRST, SECOND);
		try (Gateway gateway = start()) {
			String token = gateway.token();
			eventually("both are asked", () -> classify(gateway, token).status() == 200 && this.first.requests() > 0
					&& this.second.requests() > 0);
		}
	}

	@Test
	void drainsAnAddressThatIsGoneAndUsesOneThatIsNew() {
		dns.resolveTo(FIRST);
		try (Gateway gateway = start()) {
			String token = gateway.token();
			eventually("the first is asked", () -> classify(gateway, token).body().contains(FIRST));
			this.first.behave(StubInstance.Behaviour.HANG);
			CompletableFuture<Answer> inFlight = CompletableFuture.supplyAsync(() -> classify(gateway, token),
					Thread::startVirtualThread);
			int before = this.first.requests();
			eventually("a request is in flight on it", () -> this.first.requests() > before);

			dns.resolveTo(SECOND);
			eventually("it is removed", () -> isInstance(gateway, SECOND) && !isInstance(gateway, FIRST));
			for (int i = 0; i < 20; i++) {
				assertThat(classify(gateway, token).body()).contains(SECOND);
			}
			this.first.behave(StubInstance.Behaviour.RESPOND);
			assertThat(inFlight).succeedsWithin(Duration.ofSeconds(30))
				.extracting(Answer::body)
				.asString()
				.contains(FIRST);
		}
	}

	@Test
	void keepsTheLastAddressesWhileTheNameIsUnknownOrTheNameServerIsGone() {
		dns.resolveTo(FIRST);
		try (Gateway gateway = start()) {
			String token = gateway.token();
			eventually("the first is known", () -> isInstance(gateway, FIRST));

			dns.resolveTo();
			assertKept(gateway, token);
			dns.close();
			assertKept(gateway, token);
		}
	}

	@Test
	void takesAddressesFromTheHostsFileToo() {
		List<Instance> instances;
		try (Gateway gateway = Gateway.start(redis.url(), "http://localhost:" + this.first.port())) {
			eventually("localhost is known", () -> isInstance(gateway, "127.0.0.1"));
			instances = gateway.context().getBean(Classifier.class).instances();
		}
		assertThat(instances).as("and not once more for IPv6").hasSize(1);
	}

	private void assertKept(Gateway gateway, String token) {
		Discovery discovery = gateway.context().getBean(Discovery.class);
		discovery.resolveAll().block(Duration.ofSeconds(30));
		assertThat(classify(gateway, token).body()).contains(FIRST);
	}

	private Gateway start() {
		return Gateway.start(List.of(LoopbackNames.class), redis.url(), "http://classifier.test:" + this.first.port(),
				"clearview.classifier.resolve-interval=100ms", "clearview.classifier.probe.interval=1h");
	}

	private static boolean isInstance(Gateway gateway, String address) {
		return gateway.context()
			.getBean(Classifier.class)
			.instances()
			.stream()
			.anyMatch((instance) -> instance.toString().endsWith("(" + address + ")"));
	}

	private static Answer classify(Gateway gateway, String token) {
		return gateway.send(gateway.classify(token, POSTS));
	}

	static class LoopbackNames {

		@Bean
		@Primary
		NameService loopbackNames(ReactorResourceFactory resources) {
			return new DnsNameService(resources.getLoopResources(),
					new SequentialDnsServerAddressStreamProvider(dns.address()));
		}

	}

}
