package io.clearview.kit.redis;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Publishes how full a Redis role is, so that alerts need no exporter beside Redis: every
 * 15 s it reads {@code INFO memory}, never on the way of a request. In a cluster the
 * numbers are those of one node. They are NaN while Redis is unavailable, and where the
 * Redis user may not run the command.
 */
public final class RedisMemory implements Disposable {

	private static final Duration EVERY = Duration.ofSeconds(15);

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	/** The connection is being made. */
	private static final Duration FIRST = Duration.ofSeconds(1);

	private final Disposable reading;

	private volatile Reading last = Reading.UNKNOWN;

	/**
	 * Begins to read.
	 * @param role of that Redis, the metrics' label
	 */
	public RedisMemory(Redis redis, String role, MeterRegistry meters) {
		this(redis, role, meters, EVERY);
	}

	RedisMemory(Redis redis, String role, MeterRegistry meters, Duration every) {
		Gauge.builder(RedisMetrics.MEMORY_USED, this, (memory) -> memory.last.used())
			.tag("role", role)
			.baseUnit("bytes")
			.register(meters);
		Gauge.builder(RedisMetrics.MEMORY_LIMIT, this, (memory) -> memory.last.limit())
			.tag("role", role)
			.baseUnit("bytes")
			.register(meters);
		Gauge.builder(RedisMetrics.EVICTS, this, (memory) -> memory.last.evicts()).tag("role", role).register(meters);
		this.reading = Flux.interval(FIRST, every)
			.onBackpressureDrop()
			.concatMap((_) -> read(redis), 1)
			.subscribe((reading) -> this.last = reading);
	}

	/** Its failures are not those of requests: they do not count for the guard. */
	private static Mono<Reading> read(Redis redis) {
		return Mono.defer(() -> redis.guard().isUp() ? redis.send((commands) -> commands.info("memory")) : Mono.empty())
			.timeout(TIMEOUT)
			.map(Reading::of)
			.onErrorResume((_) -> Mono.empty())
			.defaultIfEmpty(Reading.UNKNOWN);
	}

	/** Ends reading. */
	@Override
	public void dispose() {
		this.reading.dispose();
	}

	@Override
	public boolean isDisposed() {
		return this.reading.isDisposed();
	}

	/**
	 * What Redis said.
	 *
	 * @param used bytes
	 * @param limit bytes; 0: none
	 * @param evicts 1 when it drops keys rather than reject writes, else 0
	 */
	record Reading(double used, double limit, double evicts) {

		static final Reading UNKNOWN = new Reading(Double.NaN, Double.NaN, Double.NaN);

		static Reading of(String info) {
			Map<String, String> fields = info.lines()
				.map((line) -> line.strip().split(":", 2))
				.filter((parts) -> parts.length == 2)
				.collect(Collectors.toMap((parts) -> parts[0], (parts) -> parts[1], (first, _) -> first));
			String policy = fields.getOrDefault("maxmemory_policy", "");
			return new Reading(number(fields.get("used_memory")), number(fields.get("maxmemory")),
					policy.isEmpty() ? Double.NaN : policy.equals("noeviction") ? 0 : 1);
		}

		private static double number(@Nullable String text) {
			return (text != null && text.matches("[0-9]{1,18}")) ? Long.parseLong(text) : Double.NaN;
		}

	}

}
