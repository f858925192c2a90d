package io.clearview.kit.telemetry;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashCommonFieldNames;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import org.slf4j.LoggerFactory;

import org.springframework.boot.logging.structured.StructuredLogFormatter;

/**
 * Spring Boot's structured logging in its Logstash format, one JSON object a line in
 * UTF-8, written by Logstash's own encoder. With one event a request the time of writing
 * it is most of what observing a request costs, and Spring Boot's writer takes longer.
 */
public final class JsonLines implements StructuredLogFormatter<ILoggingEvent> {

	private final LogstashEncoder encoder = new LogstashEncoder();

	/** Made by the logging system, by the class's name. */
	public JsonLines() {
		LogstashFieldNames names = this.encoder.getFieldNames();
		names.setVersion(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
		names.setLevelValue(LogstashCommonFieldNames.IGNORE_FIELD_INDICATOR);
		this.encoder.setIncludeContext(false);
		if (LoggerFactory.getILoggerFactory() instanceof Context context) {
			this.encoder.setContext(context);
		}
		this.encoder.start();
	}

	@Override
	public String format(ILoggingEvent event) {
		return new String(this.encoder.encode(event), StandardCharsets.UTF_8);
	}

	/** Always in UTF-8, as JSON is. */
	@Override
	public byte[] formatAsBytes(ILoggingEvent event, Charset charset) {
		return this.encoder.encode(event);
	}

}
