package io.clearview.e2e;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import io.clearview.e2e.client.JsonResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** Asking again, as a client does that is told to come back later. */
final class Attempts {

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	private Attempts() {
	}

	static JsonResponse until(String what, Callable<JsonResponse> request, Predicate<JsonResponse> wanted)
			throws Exception {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		JsonResponse answer = request.call();
		while (!wanted.test(answer) && System.nanoTime() < end) {
			LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
			answer = request.call();
		}
		assertThat(wanted.test(answer)).as("%s, but got %s %s", what, answer.status(), answer.body()).isTrue();
		return answer;
	}

}
