package io.clearview.kit.error;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

class ErrorBodyTest {

	@Test
	void writesTheFieldsThatAreThere() {
		MockServerHttpResponse response = new MockServerHttpResponse();
		new ErrorBody("CODE", "say \"what\"", "id-12345", Duration.ofMillis(1_001),
				Instant.parse("2026-11-27T00:00:00Z"))
			.write(response, HttpStatus.TOO_MANY_REQUESTS)
			.block();
		assertThat(response.getBodyAsString().block()).isEqualTo("""
				{"success":false,"error":"CODE","message":"say \\"what\\"","correlationId":"id-12345",\
				"retryAfterMs":1001,"resetAt":"2026-11-27T00:00:00.000Z"}""");
		assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("2");
		assertThat(response.getStatusCode()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
	}

	@Test
	void leavesOutWhatIsNotThere() {
		MockServerHttpResponse response = new MockServerHttpResponse();
		new ErrorBody("CODE", "text", "id-12345", null, null).write(response, HttpStatus.NOT_FOUND).block();
		assertThat(response.getBodyAsString().block())
			.isEqualTo("{\"success\":false,\"error\":\"CODE\",\"message\":\"text\",\"correlationId\":\"id-12345\"}");
		assertThat(response.getHeaders().containsHeader(HttpHeaders.RETRY_AFTER)).isFalse();
	}

}
