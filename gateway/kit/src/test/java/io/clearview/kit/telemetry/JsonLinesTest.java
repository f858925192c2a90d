package io.clearview.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLinesTest {

	private static final Instant NOON = Instant.parse("2026-11-24T12:00:00.123Z");

	private final LoggerContext context = new LoggerContext();

	@Test
	void anEventIsOneLineWithItsFieldsBesideTheMessage() {
		LoggingEvent event = event(Level.INFO, "said \"no\"\nand left ☂", null);
		event.addKeyValuePair(new KeyValuePair("status", 200));
		event.addKeyValuePair(new KeyValuePair("durationMs", 1.5));
		event.addKeyValuePair(new KeyValuePair("retryable", true));
		event.addKeyValuePair(new KeyValuePair("user", "ü"));

		JsonNode line = line(event);

		assertThat(OffsetDateTime.parse(line.get("@timestamp").asString()).toInstant()).isEqualTo(NOON);
		assertThat(line.get("message").asString()).isEqualTo("said \"no\"\nand left ☂");
		assertThat(line.get("logger_name").asString()).isEqualTo("the.logger");
		assertThat(line.get("level").asString()).isEqualTo("INFO");
		assertThat(line.get("status").intValue()).isEqualTo(200);
		assertThat(line.get("durationMs").doubleValue()).isEqualTo(1.5);
		assertThat(line.get("retryable").booleanValue()).isTrue();
		assertThat(line.get("user").asString()).isEqualTo("ü");
		assertThat(line.get("traceId").asString()).isEqualTo("ab12");
		assertThat(line.propertyNames()).containsExactlyInAnyOrder("@timestamp", "message", "logger_name",
				"thread_name", "level", "status", "durationMs", "retryable", "user", "traceId");
	}

	@Test
	void anExceptionStaysOnTheLine() {
		JsonNode line = line(event(Level.ERROR, "broken", new IllegalStateException("why")));

		assertThat(line.get("stack_trace").asString()).startsWith("java.lang.IllegalStateException: why\n\tat ");
	}

	private JsonNode line(LoggingEvent event) {
		String text = new String(new JsonLines().formatAsBytes(event, StandardCharsets.ISO_8859_1),
				StandardCharsets.UTF_8);
		assertThat(text).isEqualTo(new JsonLines().format(event)).endsWith("\n").hasLineCount(1);
		return JsonMapper.shared().readTree(text);
	}

	private LoggingEvent event(Level level, String message, Throwable thrown) {
		LoggingEvent event = new LoggingEvent(getClass().getName(), this.context.getLogger("the.logger"), level,
				message, thrown, null);
		event.setInstant(NOON);
		event.setThreadName("main");
		event.setMDCPropertyMap(Map.of("traceId", "ab12"));
		return event;
	}

}
