package io.clearview.firestore;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.DurableMetrics;
import io.clearview.kit.durable.GuardedStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FirestoreStoreTest {

	private static final Duration LONG = Duration.ofSeconds(20);

	private static Emulator emulator;

	private static FirestoreStore store;

	@BeforeAll
	static void start() throws Exception {
		emulator = Emulator.start();
		store = new FirestoreStore(emulator.settings(LONG));
	}

	@AfterAll
	static void stop() {
		if (store != null) {
			store.close();
		}
		if (emulator != null) {
			emulator.close();
		}
	}

	@Test
	void readsWhatWasWrittenAndLeavesOutWhatIsNotThere() {
		Instant expires = Instant.parse("2027-01-02T03:04:05Z");
		store.merge(List.of(new DurableChange("kinds", "a", Map.of("tier", "pro", "count", 3L, "expiresAt", expires)),
				new DurableChange("kinds", "b", Map.of("nested", Map.of("x", 1L)))))
			.block(LONG);

		Map<String, DurableDocument> read = store.read("kinds", List.of("a", "b", "absent")).block(LONG);

		assertThat(read).containsOnlyKeys("a", "b");
		assertThat(read.get("a").fields()).isEqualTo(Map.of("tier", "pro", "count", 3L, "expiresAt", expires));
		assertThat(read.get("b").fields()).isEqualTo(Map.of("nested", Map.of("x", 1L)));
	}

	@Test
	void mergesNestedFieldsOfTwoWritersAndTakesAChangeTwice() {
		DurableChange first = new DurableChange("counts", "u1~day", Map.of("used", Map.of("instance_1", 10L)));
		DurableChange second = new DurableChange("counts", "u1~day", Map.of("used", Map.of("instance_2", 5L)));

		store.merge(List.of(first)).block(LONG);
		store.merge(List.of(second)).block(LONG);
		store.merge(List.of(first)).block(LONG);

		assertThat(store.read("counts", List.of("u1~day")).block(LONG).get("u1~day").fields())
			.isEqualTo(Map.of("used", Map.of("instance_1", 10L, "instance_2", 5L)));
	}

	@Test
	void fillsInOnlyWhatIsNotThere() {
		store.merge(List.of(new DurableChange("filled", "a", Map.of("tier", "enterprise")))).block(LONG);
		List<DurableChange> changes = List.of(
				new DurableChange("filled", "a", Map.of("tier", "pro", "origin", "issued")),
				new DurableChange("filled", "b", Map.of("origin", "adopted")));

		assertThat(store.fill(changes).block(LONG)).isEqualTo(2);
		assertThat(store.fill(changes).block(LONG)).isZero();

		Map<String, DurableDocument> read = store.read("filled", List.of("a", "b")).block(LONG);
		assertThat(read.get("a").fields()).isEqualTo(Map.of("tier", "enterprise", "origin", "issued"));
		assertThat(read.get("b").fields()).isEqualTo(Map.of("origin", "adopted"));
		assertThat(store.list("filled", null, 10).block(LONG)).extracting(DurableDocument::id)
			.containsExactly("a", "b");
	}

	@Test
	void aChangeAtTheSameTimeIsNeverFilledOver() {
		for (int i = 0; i < 20; i++) {
			String id = "raced" + i;
			Mono.when(store.fill(List.of(new DurableChange("races", id, Map.of("tier", "pro")))),
					store.merge(List.of(new DurableChange("races", id, Map.of("tier", "enterprise")))))
				.block(LONG);
			assertThat(store.read("races", List.of(id)).block(LONG).get(id).fields()).containsEntry("tier",
					"enterprise");
		}
	}

	@Test
	void readsACollectionPageByPage() {
		store
			.merge(List.of("1", "2", "3", "4", "5")
				.stream()
				.map((id) -> new DurableChange("pages", id, Map.of("n", Long.parseLong(id))))
				.toList())
			.block(LONG);

		assertThat(store.list("pages", null, 2).block(LONG)).extracting(DurableDocument::id).containsExactly("1", "2");
		assertThat(store.list("pages", "2", 2).block(LONG)).extracting(DurableDocument::id).containsExactly("3", "4");
		assertThat(store.list("pages", "4", 2).block(LONG)).extracting(DurableDocument::id).containsExactly("5");
		assertThat(store.list("pages", "5", 2).block(LONG)).isEmpty();
	}

	@Test
	void isUnavailableWhileTheServerHangsAndAvailableAgainAfterwards() throws Exception {
		try (Emulator other = Emulator.start();
				GuardedStore guarded = new GuardedStore(new FirestoreStore(other.settings(LONG)),
						other.settings(Duration.ofMillis(500)), new DurableMetrics(new SimpleMeterRegistry()))) {
			guarded.read("any", List.of("x")).retry(20).block(LONG);
			signal(other, "STOP");
			for (int i = 0; i < 20 && guarded.isAvailable(); i++) {
				assertThatThrownBy(() -> guarded.read("any", List.of("x")).block(LONG)).isNotNull();
			}
			assertThat(guarded.isAvailable()).isFalse();

			signal(other, "CONT");
			Boolean again = guarded.read("any", List.of("x"))
				.thenReturn(true)
				.retryWhen(Retry.fixedDelay(100, Duration.ofMillis(100)))
				.block(LONG);

			assertThat(again).isTrue();
			assertThat(guarded.isAvailable()).isTrue();
		}
	}

	private static void signal(Emulator emulator, String name) throws Exception {
		new ProcessBuilder("kill", "-" + name, Long.toString(emulator.process().pid())).start().waitFor();
	}

}
