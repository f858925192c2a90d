package io.clearview.kit.durable;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class GuardedStoreTest {

	private static final int READS_PER_SECOND = 1_000_000;

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private volatile Mono<Map<String, DurableDocument>> answer = Mono.never();

	private final GuardedStore store = new GuardedStore(new Answers(),
			new DurableSettings(DurableSettings.Kind.FIRESTORE, "p", "(default)", null, null, Duration.ofMillis(10),
					Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofSeconds(30), 10, READS_PER_SECOND),
			new DurableMetrics(this.meters));

	@Test
	void hasAllItsMetersFromTheStart() {
		assertThat(this.meters.get("clearview.durable.calls").timers()).hasSize(16);
		assertThat(this.meters.get("clearview.durable.available").gauge().value()).isOne();
	}

	@Test
	void requestsReadNoMoreOfACollectionThanTheyMay() {
		this.answer = Mono.just(Map.of());
		GuardedStore limited = new GuardedStore(new Answers(),
				new DurableSettings(DurableSettings.Kind.FIRESTORE, "p", "(default)", null, null,
						Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30),
						10, 3),
				new DurableMetrics(this.meters));
		List<String> four = List.of("a", "b", "c", "d");

		StepVerifier.create(limited.read("any", four)).verifyError(DurableUnavailableException.class);
		assertThat(this.meters.get("clearview.durable.limited").counter().count()).isOne();

		StepVerifier.create(limited.read("any", List.of("a", "b", "c"))).expectNextCount(1).verifyComplete();
		StepVerifier.create(limited.read("other", List.of("a", "b", "c"))).expectNextCount(1).verifyComplete();
		StepVerifier.create(limited.readInBackground("any", four)).expectNextCount(1).verifyComplete();
		StepVerifier.create(limited.read("any", List.of())).expectNextCount(1).verifyComplete();
	}

	@Test
	void aReadThatFailsSaysThatTheStoreIsUnavailable() {
		this.answer = Mono.error(new IllegalStateException("broken"));
		StepVerifier.create(this.store.read("any", List.of("x"))).verifyError(DurableUnavailableException.class);
	}

	@Test
	void logsAnOutageOnceHoweverOftenItIsProbed(CapturedOutput output) {
		eventually("the breaker is open and was probed", () -> {
			read();
			return calls("error") >= 8 && calls("not_permitted") > 0;
		});

		assertThat(this.meters.get("clearview.durable.available").gauge().value()).isZero();
		this.answer = Mono.just(Map.of());
		eventually("it is available again", this::read);

		assertThat(output.getAll()).containsOnlyOnce("The durable store is unavailable; last failure: TimeoutException")
			.containsOnlyOnce("The durable store is available again");
	}

	private boolean read() {
		return this.store.read("any", List.of("x")).hasElement().onErrorReturn(false).blockOptional().orElse(false);
	}

	private double calls(String outcome) {
		return this.meters.get("clearview.durable.calls")
			.tag("operation", "read")
			.tag("outcome", outcome)
			.timer()
			.count();
	}

	private final class Answers extends EmptyStore {

		@Override
		public Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids) {
			return Mono.defer(() -> GuardedStoreTest.this.answer);
		}

	}

}
