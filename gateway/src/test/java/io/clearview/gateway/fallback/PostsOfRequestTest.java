package io.clearview.gateway.fallback;

import java.nio.charset.StandardCharsets;

import io.clearview.gateway.error.ApiException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PostsOfRequestTest {

	private final PostsOfRequest posts = new PostsOfRequest(new JsonMapper());

	@ParameterizedTest
	@ValueSource(strings = { "007f", "0080", "0089", "009f", "0009", "000a", "000d" })
	void acceptsControlCharactersThatTheContractAllows(String codePoint) {
		assertThat(this.posts.hashes(body(codePoint))).containsExactly("post_1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0000", "0008", "000b", "001f" })
	void rejectsControlCharactersBelowTheSpace(String codePoint) {
		assertThatExceptionOfType(ApiException.class).isThrownBy(() -> this.posts.hashes(body(codePoint)))
			.withMessageContaining("Invalid post at index 0");
	}

	private static byte[] body(String codePoint) {
		return """
				{"posts":[{"hash":"post_1","content":"caf\\u%s"}]}""".formatted(codePoint)
			.getBytes(StandardCharsets.UTF_8);
	}

}
