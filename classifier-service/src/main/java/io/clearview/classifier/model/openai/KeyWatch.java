package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Fills a key ring from its directory, again and again. What cannot be read leaves the
 * ring as it is.
 */
final class KeyWatch implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(KeyWatch.class);

	private final ApiKeys ring;

	private final Disposable polling;

	private @Nullable String problem;

	/**
	 * Reads the directory once and begins to watch it.
	 * @param directory {@code null} for a provider that wants no key
	 * @param scheduler of threads that may block
	 * @throws IllegalStateException if it holds no keys
	 */
	KeyWatch(@Nullable KeyDirectory directory, ApiKeys ring, Duration period, Scheduler scheduler) {
		this.ring = ring;
		if (directory == null) {
			ring.replace(List.of(ApiKey.NONE));
			this.polling = Disposables.disposed();
			return;
		}
		try {
			ring.replace(directory.read());
		}
		catch (IOException ex) {
			throw new IllegalStateException("clearview.model.keys: " + problem(ex), ex);
		}
		this.polling = scheduler.schedulePeriodically(() -> look(directory), period.toMillis(), period.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	private void look(KeyDirectory directory) {
		try {
			this.ring.replace(directory.read());
			this.problem = null;
		}
		catch (IOException | RuntimeException ex) {
			String now = problem(ex);
			if (!now.equals(this.problem)) {
				log.warn("model API keys stay as they were: {}", now);
			}
			this.problem = now;
		}
	}

	private static String problem(Exception fault) {
		return fault.getClass().getSimpleName() + ": " + fault.getMessage();
	}

	@Override
	public void close() {
		this.polling.dispose();
	}

}
