package io.clearview.gateway.request;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class DeadlineReaderTest {

	private final DeadlineReader reader = new DeadlineReader(JsonMapper.builder().build());

	@ParameterizedTest
	@ValueSource(strings = { "{\"deadlineMs\":500}", "{\"posts\":[{\"deadlineMs\":1}],\"deadlineMs\":500}",
			"{\"d\":{\"deadlineMs\":1},\"deadlineMs\": 500 ,\"x\":[[{}]]}", "{\"deadlineMs\":1,\"deadlineMs\":500}",
			"{\"de\\u0061dlineMs\":500}", "{\"deadlineMs\":500} trailing" })
	void readsTheDeadlineAtTheTop(String body) {
		assertThat(read(body)).isEqualTo(Duration.ofMillis(500));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "[]", "{\"deadlineMs\":null}", "{\"deadlineMs\":\"500\"}", "{\"deadlineMs\":-1}",
			"{\"deadlineMs\":-0}", "{\"deadlineMs\":7001}", "{\"deadlineMs\":1.5}", "{\"deadlineMs\":1e2}",
			"{\"deadlineMs\":[500]}", "{\"x\":{\"deadlineMs\":500}}", "[{\"deadlineMs\":500}]",
			"{\"posts\":\"deadlineMs\"}", "{\"deadlineMs\":500,\"deadlineMs\":true}", "{\"deadlineMs\":",
			"\"deadlineMs\"", "{\"x\":\"unfinished, deadlineMs" })
	void leavesWhatIsMissingOrWrongToTheClassifier(String body) {
		assertThat(read(body)).isNull();
	}

	@Test
	void takesTheBoundsOfTheContract() {
		assertThat(read("{\"deadlineMs\":0}")).isZero();
		assertThat(read("{\"deadlineMs\":7000}")).isEqualTo(Duration.ofSeconds(7));
		assertThat(read("{\"deadlineMs\":" + "9".repeat(50_000) + "}")).isNull();
	}

	@Test
	void bearsDeepNesting() {
		assertThat(read("{\"x\":" + "[".repeat(50_000) + ",\"deadlineMs\":500}")).isNull();
	}

	private @Nullable Duration read(String body) {
		return this.reader.read(body.getBytes(StandardCharsets.UTF_8));
	}

}
