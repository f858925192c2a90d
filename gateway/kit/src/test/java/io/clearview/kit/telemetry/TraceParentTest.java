package io.clearview.kit.telemetry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class TraceParentTest {

	private static final String HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

	@Test
	void readsWhatItWrites() {
		TraceParent read = TraceParent.of(headers(HEADER));
		assertThat(read).isEqualTo(new TraceParent("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true));
		assertThat(read.header()).isEqualTo(HEADER);
		TraceParent minted = TraceParent.mint();
		assertThat(TraceParent.of(headers(minted.header()))).isEqualTo(minted);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
			"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
			"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" })
	void ignoresWhatIsMalformed(String header) {
		assertThat(TraceParent.of(headers(header))).isNull();
		assertThat(TraceParent.of(new HttpHeaders())).isNull();
	}

	private static HttpHeaders headers(String value) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(TraceParent.HEADER, value);
		return headers;
	}

}
