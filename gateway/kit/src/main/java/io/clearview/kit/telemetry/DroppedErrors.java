package io.clearview.kit.telemetry;

import java.util.function.Predicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Hooks;

/**
 * Errors that come when their subscriber has left or has its result. Reactor would log
 * each with its stack trace.
 */
public final class DroppedErrors {

	private static final Logger log = LoggerFactory.getLogger(DroppedErrors.class);

	private DroppedErrors() {
	}

	/**
	 * Logs dropped errors from now on, in the whole process. An error without stack trace
	 * is an expected outcome: it is logged at debug level only.
	 * @param expected which others are
	 */
	public static void log(Predicate<Throwable> expected) {
		Hooks.onErrorDropped((thrown) -> {
			if (thrown.getStackTrace().length == 0 || expected.test(thrown)) {
				log.debug("An expected error came after its subscriber had left: {}", thrown.toString());
			}
			else {
				log.error("An error came after its subscriber had left", thrown);
			}
		});
	}

}
