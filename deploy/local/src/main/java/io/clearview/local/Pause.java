package io.clearview.local;

import java.time.Duration;

/** Waits between two looks at a process. */
final class Pause {

	private Pause() {
	}

	static void of(Duration time) {
		try {
			Thread.sleep(time);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			throw new StackException("Interrupted");
		}
	}

}
