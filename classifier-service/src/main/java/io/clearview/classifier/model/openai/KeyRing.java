package io.clearview.classifier.model.openai;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys to a provider and which of them rest. The first that does not rest is used.
 * One that was refused rests for minutes; one that asked for too much rests as long as
 * the provider says, and twice as long each time in a row if it does not.
 */
final class KeyRing {

	private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

	private static final Duration REFUSED = Duration.ofMinutes(5);

	private static final Duration FIRST_REST = Duration.ofSeconds(1);

	private static final Duration LONGEST_REST = Duration.ofMinutes(1);

	private Map<String, Slot> slots = Map.of();

	private List<ApiKey> order = List.of();

	/** Takes a new set of keys. What is known of keys that stay is kept. */
	synchronized void replace(List<ApiKey> keys) {
		Map<String, Slot> slots = new HashMap<>();
		for (ApiKey key : keys) {
			Slot known = this.slots.get(key.name());
			slots.put(key.name(),
					(known != null && Objects.equals(known.key.secret(), key.secret())) ? known : new Slot(key));
		}
		if (!this.order.isEmpty() && !this.order.equals(keys)) {
			log.info("model API keys: {} now", keys.stream().map(ApiKey::name).toList());
		}
		this.slots = slots;
		this.order = keys;
	}

	/**
	 * The key to use.
	 * @return {@code null} if all rest
	 */
	synchronized @Nullable ApiKey pick(long nowMillis) {
		for (ApiKey key : this.order) {
			Slot slot = this.slots.get(key.name());
			if (slot != null && slot.restsUntil <= nowMillis) {
				return key;
			}
		}
		return null;
	}

	/** How long until a key is to be had: 0 if one is. */
	synchronized Duration untilUsable(long nowMillis) {
		long soonest = this.slots.values().stream().mapToLong((slot) -> slot.restsUntil).min().orElse(nowMillis);
		return Duration.ofMillis(Math.max(0, soonest - nowMillis));
	}

	/** The provider took it. */
	synchronized void worked(ApiKey key, long nowMillis) {
		Slot slot = this.slots.get(key.name());
		if (slot != null && slot.key.equals(key) && slot.restsUntil <= nowMillis) {
			slot.failures = 0;
		}
	}

	/** The provider refused it (401, 403). */
	synchronized void refused(ApiKey key, int status, long nowMillis) {
		Slot slot = this.slots.get(key.name());
		if (slot != null && slot.key.equals(key)) {
			if (slot.restsUntil <= nowMillis) {
				log.warn("model API key {} was refused with {} and rests for {} minutes", key.name(), status,
						REFUSED.toMinutes());
			}
			slot.failures++;
			slot.restsUntil = nowMillis + REFUSED.toMillis();
		}
	}

	/**
	 * It asked for too much (429).
	 * @param retryAfter zero if the provider does not say
	 */
	synchronized void exhausted(ApiKey key, Duration retryAfter, long nowMillis) {
		Slot slot = this.slots.get(key.name());
		if (slot != null && slot.key.equals(key)) {
			Duration doubled = FIRST_REST.multipliedBy(1L << Math.min(slot.failures++, 6));
			Duration rest = retryAfter.isZero() ? doubled : retryAfter;
			long longest = LONGEST_REST.toMillis();
			slot.restsUntil = Math.max(slot.restsUntil, nowMillis + Math.min(rest.toMillis(), longest));
		}
	}

	/** How many there are. */
	synchronized int size() {
		return this.order.size();
	}

	/** How many of them rest. */
	synchronized int resting(long nowMillis) {
		return (int) this.slots.values().stream().filter((slot) -> slot.restsUntil > nowMillis).count();
	}

	private static final class Slot {

		private final ApiKey key;

		private int failures;

		private long restsUntil;

		Slot(ApiKey key) {
			this.key = key;
		}

	}

}
