package io.clearview.classifier.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A time for scripts that stands still until it is told otherwise. */
final class PinnedTime implements Supplier<String> {

	private final AtomicLong millis;

	PinnedTime(String instant) {
		this.millis = new AtomicLong(Instant.parse(instant).toEpochMilli());
	}

	void set(String instant) {
		this.millis.set(Instant.parse(instant).toEpochMilli());
	}

	long advance(Duration by) {
		return this.millis.addAndGet(by.toMillis());
	}

	long millis() {
		return this.millis.get();
	}

	@Override
	public String get() {
		return Long.toString(this.millis.get());
	}

}
