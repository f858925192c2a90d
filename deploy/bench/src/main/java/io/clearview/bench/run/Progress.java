package io.clearview.bench.run;

import java.io.PrintWriter;
import java.util.Locale;

import io.clearview.bench.load.Tally;

/** Says what is going on, and for how long still. */
final class Progress {

	private final PrintWriter out;

	private final long began = System.nanoTime();

	private final double total;

	private double done;

	/**
	 * Begins.
	 * @param total seconds that everything is expected to take
	 */
	Progress(PrintWriter out, double total) {
		this.out = out;
		this.total = total;
	}

	void say(String what) {
		this.out.printf(Locale.ROOT, "%s  %s%n", clock(), what);
		this.out.flush();
	}

	/** A step that was expected to take so long is over. */
	void step(String what, double seconds) {
		this.done += seconds;
		say(what + "; about " + left() + " left");
	}

	/** A measurement is over. */
	void step(String what, double seconds, Tally tally) {
		step(String.format(Locale.ROOT, "%s: %,.0f requests/s, p50 %.1f ms, p99 %.1f ms, %d errors", what,
				tally.requests() / tally.elapsed(), tally.percentile(50), tally.percentile(99), tally.errors()),
				seconds);
	}

	private String clock() {
		long seconds = (System.nanoTime() - this.began) / 1_000_000_000;
		return String.format(Locale.ROOT, "%3d:%02d", seconds / 60, seconds % 60);
	}

	/** By what was planned, corrected by how far off the plan has been. */
	private String left() {
		double elapsed = (System.nanoTime() - this.began) / 1e9;
		double seconds = Math.max(0, this.total - this.done) * Math.max(1, elapsed / Math.max(1, this.done));
		return (seconds < 90) ? Math.round(seconds) + " s" : Math.round(seconds / 60) + " min";
	}

}
