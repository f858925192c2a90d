package io.clearview.gateway.request;

import java.nio.charset.StandardCharsets;

import io.clearview.gateway.request.GrowingBody.Outcome;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;

class GrowingBodyTest {

	private static final int MAX = 102_400;

	@Test
	void keepsABodyOfOneByteFragmentsInOneArrayOfAtMostTwiceItsSize() {
		GrowingBody body = new GrowingBody(MAX, (_) -> true);
		for (int i = 1; i <= MAX; i++) {
			assertThat(body.append(fragment("\n"))).isEqualTo(Outcome.APPENDED);
			assertThat(body.capacity()).isLessThanOrEqualTo(Math.max(256, 2 * i));
		}
		assertThat(body.capacity()).isEqualTo(MAX);
		assertThat(body.append(fragment("\n"))).isEqualTo(Outcome.TOO_LARGE);
		assertThat(body.toByteArray()).hasSize(MAX);
	}

	@Test
	void keepsTheOrderOfBytes() {
		GrowingBody body = new GrowingBody(MAX, (_) -> true);
		body.append(fragment("ab"));
		body.append(fragment(""));
		body.append(fragment("c".repeat(1000)));
		assertThat(new String(body.toByteArray(), StandardCharsets.US_ASCII)).isEqualTo("ab" + "c".repeat(1000));
	}

	@Test
	void neverExceedsItsMaximum() {
		GrowingBody body = new GrowingBody(3, (_) -> true);
		assertThat(body.append(fragment("abcd"))).isEqualTo(Outcome.TOO_LARGE);
		assertThat(body.append(fragment("abc"))).isEqualTo(Outcome.APPENDED);
		assertThat(body.append(fragment("d"))).isEqualTo(Outcome.TOO_LARGE);
		assertThat(body.toByteArray()).containsExactly('a', 'b', 'c');
	}

	@Test
	void reservesMemoryBeforeItGrows() {
		GrowingBody body = new GrowingBody(MAX, (more) -> more <= 256);
		assertThat(body.append(fragment("a".repeat(256)))).isEqualTo(Outcome.APPENDED);
		assertThat(body.append(fragment("a".repeat(257)))).isEqualTo(Outcome.NO_MEMORY);
		assertThat(body.toByteArray()).hasSize(256);
	}

	private static DataBuffer fragment(String text) {
		return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.US_ASCII));
	}

}
