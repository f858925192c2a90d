package io.clearview.local;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What a process can be told from outside. */
public enum Signal {

	TERM, KILL, STOP, CONT;

	/** Sends it. A process that is gone by then is no error. */
	void send(long pid) {
		try {
			// the shell's own kill: not every system has one as a program
			new ProcessBuilder("sh", "-c", "kill -" + name() + " " + pid).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor(5, TimeUnit.SECONDS);
		}
		catch (IOException ex) {
			throw new StackException("Cannot send " + name() + " to process " + pid + ": " + ex.getMessage(), ex);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
	}

}
