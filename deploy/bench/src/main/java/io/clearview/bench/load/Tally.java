package io.clearview.bench.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.clearview.bench.load.Verification.Kind;
import org.HdrHistogram.Histogram;

/**
 * What a stretch of load met. Latencies in microseconds, up to a minute, to three digits.
 * Written by one event loop; read when the stretch is over.
 */
public final class Tally {

	private static final long HIGHEST_MICROS = 60_000_000;

	private final Histogram latency = new Histogram(HIGHEST_MICROS, 3);

	private final Histogram second = new Histogram(HIGHEST_MICROS, 3);

	private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);

	private final List<Second> seconds = new ArrayList<>();

	private long posts;

	private long cached;

	private long failedOpen;

	private long failedOpenInSecond;

	private long errorsInSecond;

	private double elapsed;

	void record(Verification verification, long nanos) {
		long micros = Math.clamp(nanos / 1000, 0, HIGHEST_MICROS);
		this.latency.recordValue(micros);
		this.second.recordValue(micros);
		this.kinds.merge(verification.kind(), 1L, Long::sum);
		this.posts += verification.posts();
		this.cached += verification.cached();
		this.failedOpen += verification.failedOpen();
		this.failedOpenInSecond += verification.failedOpen();
		if (verification.kind() != Kind.RIGHT) {
			this.errorsInSecond++;
		}
	}

	void secondIsOver() {
		this.seconds.add(new Second(this.second.getTotalCount(), this.second.getValueAtPercentile(50) / 1000.0,
				this.second.getValueAtPercentile(99) / 1000.0, this.errorsInSecond, this.failedOpenInSecond));
		this.second.reset();
		this.errorsInSecond = 0;
		this.failedOpenInSecond = 0;
	}

	void isOver(long nanos) {
		this.elapsed = nanos / 1e9;
	}

	/** Requests that ended, in whatever way. */
	public long requests() {
		return this.latency.getTotalCount();
	}

	public long count(Kind kind) {
		return this.kinds.getOrDefault(kind, 0L);
	}

	/** Requests that ended in any way but the right one. */
	public long errors() {
		return requests() - count(Kind.RIGHT);
	}

	/** Posts answered. */
	public long posts() {
		return this.posts;
	}

	/** Posts answered from a cache. */
	public long cached() {
		return this.cached;
	}

	/** Posts shown because they could not be judged. */
	public long failedOpen() {
		return this.failedOpen;
	}

	/** In seconds, from the first request's time to the last one's end. */
	public double elapsed() {
		return this.elapsed;
	}

	/** In milliseconds, from when the request should have been sent. */
	public double percentile(double percentile) {
		return this.latency.getValueAtPercentile(percentile) / 1000.0;
	}

	/** In milliseconds. */
	public double max() {
		return this.latency.getMaxValue() / 1000.0;
	}

	/** Second by second. */
	public List<Second> seconds() {
		return List.copyOf(this.seconds);
	}

	/** Every way in which requests ended, with how many did. */
	public Map<Kind, Long> kinds() {
		return Map.copyOf(this.kinds);
	}

	/**
	 * One second of load.
	 *
	 * @param requests that ended in it
	 * @param p50 of their latency, in milliseconds
	 * @param p99 of their latency, in milliseconds
	 * @param errors among them
	 * @param failedOpen posts among them that could not be judged
	 */
	public record Second(long requests, double p50, double p99, long errors, long failedOpen) {
	}

}
