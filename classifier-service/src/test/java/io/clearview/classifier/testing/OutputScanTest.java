package io.clearview.classifier.testing;

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
		for (String line : new String[] { "posts=[buy now " + OutputScan.POST + "]", "hide x " + OutputScan.PREFERENCE,
				"X-ClearView-Identity: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln" }) {
			OutputScan.look(line);
			assertThatThrownBy(() -> this.scan.afterAll(this.context)).hasMessageContaining("nobody may read");
		}
		assertThatCode(() -> this.scan.afterAll(this.context)).doesNotThrowAnyException();
	}

}
