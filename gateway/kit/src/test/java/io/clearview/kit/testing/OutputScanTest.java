package io.clearview.kit.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;

class OutputScanTest {

	private final OutputScan scan = new OutputScan();

	private final ExtensionContext context = mock(ExtensionContext.class);

	@Test
	void findsWhatNobodyMayRead() {
		OutputScan.tokens("{\"token\":\"Bearer " + "0b".repeat(32) + "\"}");
		for (String line : new String[] { "posts=[buy now " + OutputScan.POST + "]", "hide x " + OutputScan.PREFERENCE,
				"X-ClearView-Identity: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
				"Authorization=[Bearer " + "0a".repeat(32) + "]", "hash of " + "0b".repeat(32) }) {
			OutputScan.look(line);
			assertThatThrownBy(() -> this.scan.afterAll(this.context)).hasMessageContaining("nobody may read");
		}
		assertThatCode(() -> this.scan.afterAll(this.context)).doesNotThrowAnyException();
	}

}
