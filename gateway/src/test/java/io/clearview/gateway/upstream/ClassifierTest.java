package io.clearview.gateway.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ClassifierTest {

	private static final URI URL = URI.create("http://classifier.test:8080");

	private final Classifier classifier = new Classifier(
			new ClassifierProperties(List.of(URL), Duration.ofSeconds(5), Duration.ofSeconds(1),
					new ClassifierProperties.Probe(Duration.ofSeconds(2), Duration.ofSeconds(2), 2)),
			new SimpleMeterRegistry());

	@Test
	void picksInstancesThatAreUpBeforeThoseThatAreNot() {
		Instance first = addresses("192.0.2.1", "192.0.2.2").getFirst();
		Instance second = this.classifier.instances().get(1);
		this.classifier.refused(first);
		for (int i = 0; i < 20; i++) {
			assertThat(this.classifier.pick(List.of())).isSameAs(second);
		}
		assertThat(this.classifier.pick(List.of(second))).isSameAs(first);
		assertThat(this.classifier.pick(List.of(second, first))).isNull();
	}

	@Test
	void allowsFewTrialsAtATimeOfAnInstanceThatIsDown() {
		Instance only = this.classifier.instances().getFirst();
		this.classifier.unreachable(only);
		Deque<Instance.Use> uses = new ArrayDeque<>();
		for (int i = 0; i < Instance.MAX_TRIALS; i++) {
			assertThat(this.classifier.pick(List.of())).isSameAs(only);
			uses.add(Objects.requireNonNull(only.begin()));
		}
		assertThat(this.classifier.pick(List.of())).isNull();
		assertThat(only.begin()).isNull();
		uses.remove().end();
		assertThat(this.classifier.pick(List.of())).isSameAs(only);
	}

	@Test
	void allowsNoMoreTrialsToRequestsThatComeAtOnce() throws InterruptedException {
		Instance only = this.classifier.instances().getFirst();
		this.classifier.unreachable(only);
		for (int round = 0; round < 200; round++) {
			Queue<Instance.Use> uses = new ConcurrentLinkedQueue<>();
			CountDownLatch all = new CountDownLatch(1);
			List<Thread> requests = Stream.generate(() -> Thread.ofPlatform().start(() -> {
				await(all);
				Instance.Use use = only.begin();
				if (use != null) {
					uses.add(use);
				}
			})).limit(8).toList();
			all.countDown();
			for (Thread request : requests) {
				request.join();
			}
			assertThat(uses).hasSize(Instance.MAX_TRIALS);
			uses.forEach(Instance.Use::end);
			assertThat(only.inFlight()).isZero();
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void anAcceptedConnectionEndsARefusalButNotASilence() {
		Instance only = this.classifier.instances().getFirst();
		this.classifier.refused(only);
		this.classifier.connected(only);
		assertThat(only.isUp()).isTrue();
		this.classifier.silent(only);
		assertThat(only.isUp()).isTrue();
		this.classifier.silent(only);
		this.classifier.connected(only);
		assertThat(only.isUp()).isFalse();
		this.classifier.responded(only);
		assertThat(only.isUp()).isTrue();
	}

	@Test
	void keepsTheInstancesWhoseAddressStays() {
		Instance kept = addresses("192.0.2.1", "192.0.2.2").get(1);
		assertThat(addresses("192.0.2.2", "192.0.2.3")).first().isSameAs(kept);
		assertThat(this.classifier.resolved(URL, List.of())).isEmpty();
		assertThat(this.classifier.instances()).hasSize(2);
	}

	private List<Instance> addresses(String... addresses) {
		this.classifier.resolved(URL, List.of(addresses).stream().map(ClassifierTest::address).toList());
		return this.classifier.instances();
	}

	private static InetAddress address(String text) {
		try {
			return InetAddress.getByName(text);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
