package io.clearview.classifier.model.guard;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many tokens a prompt may have at most, as learned from prompts that were too long.
 * Forgotten after an hour, so that a provider with more room is noticed.
 */
final class PromptLimit {

	private static final Duration MEMORY = Duration.ofHours(1);

	private final LongSupplier nanos;

	private volatile Known known = new Known(Long.MAX_VALUE, 0);

	PromptLimit(LongSupplier nanos) {
		this.nanos = nanos;
	}

	/** In estimated tokens. */
	long tokens() {
		Known now = this.known;
		return (this.nanos.getAsLong() - now.sinceNanos() < MEMORY.toNanos()) ? now.tokens() : Long.MAX_VALUE;
	}

	/** A prompt of so many estimated tokens was too long. */
	void tooLong(long tokens) {
		this.known = new Known(Math.min(tokens(), tokens * 9 / 10), this.nanos.getAsLong());
	}

	private record Known(long tokens, long sinceNanos) {
	}

}
