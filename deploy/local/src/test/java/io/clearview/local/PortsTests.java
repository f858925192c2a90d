package io.clearview.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

class PortsTests {

	@Test
	void givesNoPortTwiceAndNoneThatWasChosen() {
		Set<Integer> chosen = new HashSet<>();
		for (int port = 20_000; port < 31_000; port++) {
			chosen.add(Ports.reserve(port));
		}
		Set<Integer> given = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			assertThat(given.add(Ports.free())).isTrue();
		}
		assertThat(given).doesNotContainAnyElementsOf(chosen);
	}

}
