package io.clearview.gateway.token;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A hundred thousand adopted tokens, and as many that somebody made up. */
class AdoptedFilterTest {

	private static final int TOKENS = 100_000;

	@Test
	void knowsEveryAdoptedTokenAndAtMostOneInAThousandOfOthers() {
		AdoptedFilter filter = new AdoptedFilter();
		Random random = new Random(7);
		for (int i = 0; i < TOKENS; i++) {
			filter.add(user(random));
		}
		Random again = new Random(7);
		for (int i = 0; i < TOKENS; i++) {
			assertThat(filter.mayContain(user(again))).isTrue();
		}
		int wrong = 0;
		for (int i = 0; i < TOKENS; i++) {
			wrong += filter.mayContain(user(again)) ? 1 : 0;
		}
		assertThat(wrong).isLessThan(TOKENS / 1000);
	}

	@Test
	void readsTheBitsThatRedisSets() {
		String user = user(new Random(9));
		byte[] bytes = new byte[AdoptedFilter.BITS / 8];
		for (int position : AdoptedFilter.positions(user)) {
			// as SETBIT does: the most significant bit of a byte comes first
			bytes[position / 8] |= (byte) (0x80 >> (position % 8));
		}
		AdoptedFilter filter = new AdoptedFilter();
		assertThat(filter.isLoaded()).isFalse();
		filter.load(ByteBuffer.wrap(bytes));
		assertThat(filter.isLoaded()).isTrue();
		assertThat(filter.mayContain(user)).isTrue();
		assertThat(filter.mayContain(user(new Random(10)))).isFalse();
	}

	private static String user(Random random) {
		byte[] bytes = new byte[32];
		random.nextBytes(bytes);
		return HexFormat.of().formatHex(bytes);
	}

}
