package io.clearview.kit.testing;

import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;

import static io.clearview.kit.testing.Eventually.eventually;

/**
 * What one test printed, with all that still waits in the log's queue, and without what
 * an earlier test left in it: the log is written up to 50 ms later, perhaps in the next
 * test. To be registered after {@code OutputCaptureExtension}.
 */
public final class Printed implements BeforeEachCallback {

	private static volatile @Nullable String first;

	@Override
	public void beforeEach(ExtensionContext context) {
		first = mark("the first line");
	}

	/** Everything that this test printed and logged until now. */
	public static String soFar(CapturedOutput output) {
		String begin = first;
		if (begin == null) {
			throw new IllegalStateException("register Printed after OutputCaptureExtension");
		}
		String last = mark("the last line");
		eventually("the log is written", () -> output.getAll().contains(last));
		String all = output.getAll();
		return all.substring(all.indexOf(begin));
	}

	private static String mark(String name) {
		String line = name + " is " + UUID.randomUUID();
		LoggerFactory.getLogger(Printed.class).info(line);
		return line;
	}

}
