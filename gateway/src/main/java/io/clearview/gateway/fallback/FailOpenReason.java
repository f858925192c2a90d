package io.clearview.gateway.fallback;

import java.util.Locale;
import java.util.concurrent.TimeoutException;

import io.clearview.gateway.upstream.ClassifierUnreachableException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;

/** Why nobody could judge a request's posts. */
enum FailOpenReason {

	/** It was not asked, because it failed too often lately. */
	BREAKER_OPEN,

	/** No instance took a connection. */
	UNREACHABLE,

	/** It did not answer in time. */
	LATE,

	/** Its answer was no answer, or broke off. */
	BROKEN;

	private final String label = name().toLowerCase(Locale.ROOT);

	/** Its name in metrics and logs. */
	String label() {
		return this.label;
	}

	static FailOpenReason of(Throwable thrown) {
		return switch (thrown) {
			case CallNotPermittedException _ -> BREAKER_OPEN;
			case ClassifierUnreachableException _ -> UNREACHABLE;
			case TimeoutException _, OutOfTimeException _ -> LATE;
			default -> BROKEN;
		};
	}

}
