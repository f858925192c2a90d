package io.clearview.kit.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** What a logger says while a test runs. */
public final class Logged extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

	private final Logger logger;

	public Logged(String logger) {
		this.logger = (Logger) LoggerFactory.getLogger(logger);
		start();
		this.logger.addAppender(this);
	}

	/** What Reactor says of errors that nobody was left to take. */
	public static Logged dropped() {
		return new Logged("reactor.core.publisher.Operators");
	}

	@Override
	protected void append(ILoggingEvent event) {
		event.prepareForDeferredProcessing();
		this.events.add(event);
	}

	public List<String> messages() {
		return this.events.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	/** The fields of each event. */
	public List<Map<String, Object>> fields() {
		return this.events.stream()
			.map((event) -> (event.getKeyValuePairs() == null) ? Map.<String, Object>of()
					: event.getKeyValuePairs()
						.stream()
						.collect(Collectors.toMap((pair) -> pair.key, (pair) -> pair.value)))
			.toList();
	}

	/** The log context of each event. */
	public List<Map<String, String>> contexts() {
		return this.events.stream().map(ILoggingEvent::getMDCPropertyMap).toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this);
	}

}
