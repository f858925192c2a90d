package io.clearview.classifier.model.openai;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.clearview.classifier.model.guard.Failures;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, for a while, which way of asking for JSON the provider takes, so that a
 * refusal is paid for once and an improved provider is noticed.
 */
final class FormatMemory {

	private static final Duration MEMORY = Duration.ofMinutes(10);

	private final List<AnswerFormat> formats;

	private final Failures failures;

	private final Clock clock;

	private final Set<AnswerFormat> proven = ConcurrentHashMap.newKeySet();

	private volatile Known known;

	/**
	 * Begins with the first of {@code formats}.
	 * @param formats best first, not empty
	 */
	FormatMemory(List<AnswerFormat> formats, Failures failures, Clock clock) {
		this.formats = List.copyOf(formats);
		this.failures = failures;
		this.clock = clock;
		this.known = new Known(this.formats.getFirst(), Long.MAX_VALUE);
	}

	/** The way to ask. */
	AnswerFormat current() {
		Known now = this.known;
		return (this.clock.millis() < now.untilMillis()) ? now.format() : this.formats.getFirst();
	}

	/** What to try if {@code format} is refused; {@code null} if nothing is left. */
	@Nullable AnswerFormat after(AnswerFormat format) {
		int next = this.formats.indexOf(format) + 1;
		return (next < this.formats.size()) ? this.formats.get(next) : null;
	}

	/** Whether labels came in {@code format} before. */
	boolean isProven(AnswerFormat format) {
		return this.proven.contains(format);
	}

	/** Labels came in {@code format}, after the provider refused those before. */
	void works(AnswerFormat format) {
		this.proven.add(format);
		if (format == this.formats.getFirst()) {
			return;
		}
		Known before = this.known;
		if (before.format() != format) {
			this.failures.adapted("the provider does not support response_format " + this.formats.getFirst().title()
					+ "; asking with " + format.title() + " from now on; set clearview.model.profile");
		}
		if (before.format() != format || this.clock.millis() >= before.untilMillis()) {
			this.known = new Known(format, this.clock.millis() + MEMORY.toMillis());
		}
	}

	private record Known(AnswerFormat format, long untilMillis) {
	}

}
