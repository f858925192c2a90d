package io.clearview.observability;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.load.Verification;
import io.netty.buffer.ByteBuf;

/**
 * Times requests as their clients do, from sending one to the end of its answer, and
 * those that waited for the model apart from the others, as the services' histograms do.
 * Written by one event loop; read when its load is over.
 */
final class Stopwatch {

	private final List<Double> awaited = new ArrayList<>();

	private final List<Double> others = new ArrayList<>();

	/** The same requests, timed. */
	Supplier<Exchange> timing(Supplier<Exchange> traffic) {
		return () -> new Timed(traffic.get());
	}

	/** Seconds that requests took for which some post had to be judged. */
	List<Double> awaited() {
		return Collections.unmodifiableList(this.awaited);
	}

	/** Seconds that requests took for which every post's verdict was known. */
	List<Double> others() {
		return Collections.unmodifiableList(this.others);
	}

	/** The time that all but the slowest hundredth did not exceed; for ever, if none. */
	static double p99(List<Double> seconds) {
		List<Double> sorted = seconds.stream().sorted().toList();
		return sorted.isEmpty() ? Double.POSITIVE_INFINITY : sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
	}

	private final class Timed implements Exchange {

		private final Exchange exchange;

		private long began;

		Timed(Exchange exchange) {
			this.exchange = exchange;
		}

		@Override
		public void writeTo(ByteBuf out) {
			this.began = System.nanoTime();
			this.exchange.writeTo(out);
		}

		@Override
		public Verification verify(int status, ByteBuf body) {
			double seconds = (System.nanoTime() - this.began) / 1e9;
			Verification verification = this.exchange.verify(status, body);
			boolean known = verification.cached() == verification.posts();
			(known ? Stopwatch.this.others : Stopwatch.this.awaited).add(seconds);
			return verification;
		}

	}

}
