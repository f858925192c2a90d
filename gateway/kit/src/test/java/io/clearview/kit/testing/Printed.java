package io.clearview.kit.testing;

import java.util.UUID;

import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;

import static io.clearview.kit.testing.Eventually.eventually;

/** What was printed, with all that still waits in the log's queue. */
public final class Printed {

	private Printed() {
	}

	/** Everything that was printed and logged until now. */
	public static String soFar(CapturedOutput output) {
		String last = "the last line is " + UUID.randomUUID();
		LoggerFactory.getLogger(Printed.class).info(last);
		eventually("the log is written", () -> output.getAll().contains(last));
		return output.getAll();
	}

}
