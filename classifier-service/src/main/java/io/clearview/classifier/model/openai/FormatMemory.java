package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, for a while, which way of asking for JSON the provider takes, so that a
 * refusal is paid for once and an improved provider is noticed.
 */
final class FormatMemory {

	private static final Logger log = LoggerFactory.getLogger(FormatMemory.class);

	private static final Duration MEMORY = Duration.ofMinutes(10);

	private final Clock clock;

	private volatile Known known = new Known(AnswerFormat.SCHEMA, Long.MAX_VALUE);

	FormatMemory(Clock clock) {
		this.clock = clock;
	}

	/** The way to ask. */
	AnswerFormat current() {
		Known now = this.known;
		return (this.clock.millis() < now.untilMillis()) ? now.format() : AnswerFormat.SCHEMA;
	}

	/** The provider took {@code format}, after it refused those before. */
	void works(AnswerFormat format) {
		if (format == AnswerFormat.SCHEMA) {
			return;
		}
		Known before = this.known;
		if (before.format() != format) {
			log.info("model provider refuses stricter formats than {}; asking for that", format);
		}
		if (before.format() != format || this.clock.millis() >= before.untilMillis()) {
			this.known = new Known(format, this.clock.millis() + MEMORY.toMillis());
		}
	}

	private record Known(AnswerFormat format, long untilMillis) {
	}

}
