package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.guard.Cause;
import io.clearview.kit.testing.Logged;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ApiKeysTest {

	private static final ApiKey A = new ApiKey("a", "sk-secret-a");

	private static final ApiKey B = new ApiKey("b", "sk-secret-b");

	@TempDir
	Path directory;

	private final ApiKeys ring = new ApiKeys();

	@Test
	void usesTheFirstKeyThatDoesNotRest() {
		this.ring.replace(List.of(A, B));
		assertThat(this.ring.pick(0)).isEqualTo(A);
		refused(A, 0);
		assertThat(this.ring.pick(0)).isEqualTo(B);
		assertThat(this.ring.pick(299_999)).isEqualTo(B);
		assertThat(this.ring.pick(300_000)).isEqualTo(A);
	}

	@Test
	void anExhaustedKeyRestsAsLongAsTheProviderSaysButAtMostAMinute() {
		this.ring.replace(List.of(A));
		exhausted(A, Duration.ofSeconds(7), 0);
		assertThat(this.ring.pick(6_999)).isNull();
		assertThat(this.ring.untilUsable(6_999)).isEqualTo(Duration.ofMillis(1));
		assertThat(this.ring.pick(7_000)).isEqualTo(A);
		exhausted(A, Duration.ofHours(1), 7_000);
		assertThat(this.ring.pick(67_000)).isEqualTo(A);
	}

	@Test
	void restsTwiceAsLongEachTimeInARowAndForgetsOnSuccess() {
		this.ring.replace(List.of(A));
		long now = 0;
		for (long expected : new long[] { 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000 }) {
			exhausted(A, Duration.ZERO, now);
			assertThat(this.ring.untilUsable(now)).hasMillis(expected);
			now += expected;
		}
		this.ring.worked(A, now);
		exhausted(A, Duration.ZERO, now);
		assertThat(this.ring.untilUsable(now)).hasMillis(1_000);
	}

	@Test
	void anAnswerToAnOlderCallDoesNotEndARest() {
		this.ring.replace(List.of(A));
		exhausted(A, Duration.ofSeconds(5), 0);
		this.ring.worked(A, 1_000);
		assertThat(this.ring.pick(1_000)).isNull();
	}

	@Test
	void aChangedKeyStartsAfreshAndAnUnchangedOneDoesNot() {
		this.ring.replace(List.of(A, B));
		refused(A, 0);
		refused(B, 0);
		this.ring.replace(List.of(new ApiKey("a", "sk-new"), new ApiKey("b", "sk-secret-b")));
		assertThat(this.ring.pick(0)).isEqualTo(new ApiKey("a", "sk-new"));
		assertThat(this.ring.cooling(0)).isEqualTo(1);
		refused(A, 0);
		assertThat(this.ring.cooling(0)).as("news of the old key").isEqualTo(1);
	}

	@Test
	void aRefusedKeyIsReportedOnceByNameOnly() {
		try (Logged logged = new Logged(ApiKeys.class.getPackageName())) {
			this.ring.replace(List.of(A, B));
			refused(A, 0);
			refused(A, 10);
			assertThat(logged.messages()).filteredOn((message) -> message.contains("API key a is rejected")).hasSize(1);
			assertThat(logged.messages()).noneMatch((message) -> message.contains("sk-secret"));
		}
		assertThat(A.toString()).doesNotContain("sk-secret");
	}

	@Test
	void readsOneKeyAFileInTheOrderOfTheirNames() throws IOException {
		write("b", "sk-secret-b\n");
		write("a", "  sk-secret-a  ");
		write(".hidden", "not a key");
		Files.createDirectory(this.directory.resolve("..data"));
		assertThat(new KeyDirectory(this.directory).read()).containsExactly(A, B);
	}

	@Test
	void refusesWhatIsNoKey() throws IOException {
		KeyDirectory keys = new KeyDirectory(this.directory);
		assertThatThrownBy(keys::read).isInstanceOf(IOException.class).hasMessageContaining("has no key");
		for (String content : List.of("", "two words", "line\nbreak", "schlüssel", "x".repeat(5_000))) {
			write("a", content);
			assertThatThrownBy(keys::read).isInstanceOf(IOException.class).hasMessageContaining("a");
		}
	}

	@Test
	void noticesNewKeysAndKeepsTheOldOnesWhenTheFilesAreBroken() throws IOException {
		VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
		write("a", "sk-secret-a");
		try (Logged logged = new Logged(ApiKeys.class.getPackageName());
				KeyWatch _ = new KeyWatch(new KeyDirectory(this.directory), this.ring, Duration.ofSeconds(5),
						scheduler)) {
			assertThat(this.ring.pick(0)).isEqualTo(A);
			Files.delete(this.directory.resolve("a"));
			for (int i = 0; i < 3; i++) {
				scheduler.advanceTimeBy(Duration.ofSeconds(5));
				assertThat(this.ring.pick(0)).isEqualTo(A);
			}
			write("b", "sk-secret-b");
			scheduler.advanceTimeBy(Duration.ofSeconds(5));
			assertThat(this.ring.pick(0)).isEqualTo(B);
			assertThat(logged.messages()).filteredOn((message) -> message.contains("stay as they were")).hasSize(1);
			assertThat(logged.messages()).anyMatch((message) -> message.contains("[b] now"))
				.noneMatch((message) -> message.contains("sk-secret"));
		}
	}

	@Test
	void aMissingDirectoryFailsTheStartInOneClearLine() {
		KeyDirectory missing = new KeyDirectory(this.directory.resolve("nowhere"));
		assertThatThrownBy(() -> new KeyWatch(missing, this.ring, Duration.ofSeconds(5), VirtualTimeScheduler.create()))
			.isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("clearview.model.keys")
			.hasMessageContaining("nowhere");
	}

	private void refused(ApiKey key, long nowMillis) {
		this.ring.coolDown(key, Fault.BAD_KEY, new Cause(401, "-", "-", "-"), Duration.ZERO, nowMillis);
	}

	private void exhausted(ApiKey key, Duration told, long nowMillis) {
		this.ring.coolDown(key, Fault.RATE_LIMIT, new Cause(429, "-", "-", "-"), told, nowMillis);
	}

	private void write(String name, String content) throws IOException {
		Files.writeString(this.directory.resolve(name), content);
	}

}
