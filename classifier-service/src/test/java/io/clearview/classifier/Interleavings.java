package io.clearview.classifier;

import org.jetbrains.lincheck.Lincheck;

/** Explores the orders in which the steps of threads can happen. */
public final class Interleavings {

	private Interleavings() {
	}

	/** Runs a scenario in that many orders; what it throws in any fails the test. */
	public static void explore(int orders, Runnable scenario) {
		// classes initialise themselves in the first run, which no later one could repeat
		scenario.run();
		Lincheck.runConcurrentTest(orders, scenario);
	}

	/** Two threads at the same time; returns when both have ended. */
	public static void together(Runnable one, Runnable other) {
		Thread first = new Thread(one);
		Thread second = new Thread(other);
		first.start();
		second.start();
		try {
			first.join();
			second.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static void check(boolean holds, String otherwise) {
		if (!holds) {
			throw new AssertionError(otherwise);
		}
	}

}
