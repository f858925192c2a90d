package io.clearview.classifier.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Counts in the durable store: one document a user and day. Each instance writes the
 * fleet's count as it saw it last, under its own name, so a write can be repeated; the
 * highest of them is the count. It is never lower than what all instances knew when they
 * wrote, and higher only by what was given back since.
 */
final class DurableQuotas implements QuotaArchive {

	private static final String QUOTAS = "quotas";

	private static final String USED = "used";

	private static final String SEEN = "seen";

	private static final String RESET = "reset";

	private static final String EXPIRES = "expires";

	/** After the end of its day, for an operator to see. */
	private static final Duration KEPT = Duration.ofDays(1);

	private final GuardedStore durable;

	private final WriteBehind writes;

	private final String instance;

	/**
	 * Creates the archive.
	 * @param instance a name that no other instance has, letters and digits
	 */
	DurableQuotas(GuardedStore durable, WriteBehind writes, String instance) {
		this.durable = durable;
		this.writes = writes;
		this.instance = "i" + instance;
	}

	@Override
	public boolean isOn() {
		return true;
	}

	@Override
	public void keep(String userId, Usage usage) {
		// what is dropped for lack of room is counted, and written with the next request
		this.writes.offer(new DurableChange(QUOTAS, name(userId, usage.day()),
				Map.of(USED, Map.of(this.instance, usage.daily()), SEEN,
						Map.of(this.instance, Instant.ofEpochMilli(usage.now())), EXPIRES, expires(usage.day()))));
	}

	@Override
	public void reset(String userId, long now) {
		long day = Math.floorDiv(now, Usage.DAY_MILLIS);
		this.writes.offer(new DurableChange(QUOTAS, name(userId, day),
				Map.of(RESET, Instant.ofEpochMilli(now), EXPIRES, expires(day))));
	}

	@Override
	public Mono<Long> recall(String userId, long day) {
		String name = name(userId, day);
		return this.durable.read(QUOTAS, List.of(name)).map((documents) -> count(documents.get(name)));
	}

	private static long count(@Nullable DurableDocument document) {
		if (document == null || !(document.fields().get(USED) instanceof Map<?, ?> used)) {
			return 0;
		}
		Map<?, ?> seen = (document.fields().get(SEEN) instanceof Map<?, ?> times) ? times : Map.of();
		Instant reset = (document.fields().get(RESET) instanceof Instant time) ? time : Instant.EPOCH;
		return used.entrySet()
			.stream()
			.filter((entry) -> seen.get(entry.getKey()) instanceof Instant time && time.isAfter(reset))
			.mapToLong((entry) -> (entry.getValue() instanceof Number posts) ? posts.longValue() : 0)
			.max()
			.orElse(0);
	}

	private static Instant expires(long day) {
		return Instant.ofEpochMilli((day + 1) * Usage.DAY_MILLIS).plus(KEPT);
	}

	private static String name(String userId, long day) {
		return userId + "~" + day;
	}

}
