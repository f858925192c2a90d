package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class AotCacheTests {

	private static final List<String> OPTIONS = List.of("-Xmx64m", "-XX:+UseSerialGC");

	@TempDir
	Path directory;

	@Test
	void aStartWithoutACacheHasItsOwnOptionsOnly() {
		assertThat(cache(OPTIONS).using(OPTIONS)).isEqualTo(OPTIONS);
	}

	@Test
	void aStartUsesWhatAnEarlierRunRecorded() throws IOException {
		AotCache cache = cache(OPTIONS);
		record(cache);
		assertThat(cache.keep()).isTrue();
		assertThat(cache.exists()).isTrue();
		assertThat(cache.using(OPTIONS)).containsSubsequence("-Xmx64m", "-XX:+UseSerialGC",
				"-XX:AOTCache=" + cache.file());
	}

	@Test
	void whatIsBeingRecordedIsNotUsed() throws IOException {
		AotCache cache = cache(OPTIONS);
		record(cache);
		assertThat(cache.using(OPTIONS)).isEqualTo(OPTIONS);
		cache.discard();
		assertThat(cache.keep()).isFalse();
		assertThat(cache.exists()).isFalse();
	}

	@Test
	void otherOptionsHaveAnotherCache() throws IOException {
		AotCache cache = cache(OPTIONS);
		record(cache);
		cache.keep();
		assertThat(cache(List.of("-XX:+UseParallelGC")).exists()).isFalse();
	}

	@Test
	void theCacheLiesBesideTheApplicationItIsOf() {
		assertThat(cache(OPTIONS).file()).hasParentRaw(this.directory);
	}

	private AotCache cache(List<String> options) {
		return AotCache.of(new AppImage(this.directory.resolve("app.jar")), options);
	}

	private static void record(AotCache cache) throws IOException {
		String option = cache.recording(OPTIONS).getLast();
		Files.writeString(Path.of(option.replace("-XX:AOTCacheOutput=", "")), "recorded");
	}

}
