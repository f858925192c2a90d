package io.clearview.gateway.request;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;

class GrowingBodyTest {

	private static final int MAX = 102_400;

	@Test
	void keepsABodyOfOneByteFragmentsInOneArrayOfAtMostTwiceItsSize() {
		GrowingBody body = new GrowingBody(MAX, true);
		for (int i = 1; i <= MAX; i++) {
			assertThat(body.append(fragment("\n"))).isTrue();
			assertThat(body.capacity()).isLessThanOrEqualTo(Math.max(256, 2 * i));
		}
		assertThat(body.capacity()).isEqualTo(MAX);
		assertThat(body.append(fragment("\n"))).isFalse();
		assertThat(body.toByteArray()).hasSize(MAX);
	}

	@Test
	void keepsTheOrderOfBytes() {
		GrowingBody body = new GrowingBody(MAX, true);
		body.append(fragment("ab"));
		body.append(fragment(""));
		body.append(fragment("c".repeat(1000)));
		assertThat(new String(body.toByteArray(), StandardCharsets.US_ASCII)).isEqualTo("ab" + "c".repeat(1000));
	}

	@Test
	void neverExceedsItsMaximum() {
		GrowingBody body = new GrowingBody(3, true);
		assertThat(body.append(fragment("abcd"))).isFalse();
		assertThat(body.append(fragment("abc"))).isTrue();
		assertThat(body.append(fragment("d"))).isFalse();
		assertThat(body.toByteArray()).containsExactly('a', 'b', 'c');
	}

	@Test
	void onlyCountsABodyThatIsNotKept() {
		GrowingBody body = new GrowingBody(3, false);
		assertThat(body.append(fragment("abc"))).isTrue();
		assertThat(body.append(fragment("d"))).isFalse();
		assertThat(body.capacity()).isZero();
		assertThat(body.toByteArray()).isEmpty();
	}

	private static DataBuffer fragment(String text) {
		return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.US_ASCII));
	}

}
