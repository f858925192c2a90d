package io.clearview.bench.measure;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LiveHeapTest {

	@Test
	void readsTheTotalOfAHistogram() {
		assertThat(LiveHeap.total("""
				7:
				 num     #instances         #bytes  class name (module)
				-------------------------------------------------------
				   1:         12345        1234567  [B (java.base@25)
				Total         54321        7654321
				""")).isEqualTo(7_654_321);
	}

	@Test
	void knowsWhatIsKeptFromWhatIsGarbage() {
		byte[][] kept = new byte[64][1 << 20];
		long with = LiveHeap.of(ProcessHandle.current().pid());
		assertThat(with).isGreaterThan((long) kept.length << 20);
		kept = new byte[0][];
		assertThat(LiveHeap.of(ProcessHandle.current().pid())).isLessThan(with - (48L << 20));
	}

	@Test
	void isZeroWhenThereIsNoSuchJvm() {
		assertThat(LiveHeap.of(Integer.MAX_VALUE)).isZero();
	}

}
