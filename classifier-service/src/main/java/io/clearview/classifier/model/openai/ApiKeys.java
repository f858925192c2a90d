package io.clearview.classifier.model.openai;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Fault.Cooldown;
import io.clearview.classifier.model.guard.Cause;
import io.clearview.classifier.model.guard.Failures;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys to a provider and which of them cool down. The first that does not is used.
 * How long a key cools down after a failure is in {@link Fault}.
 */
final class ApiKeys {

	private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);

	private static final Duration REFUSED = Duration.ofMinutes(5);

	private static final Duration FIRST_COOLDOWN = Duration.ofSeconds(1);

	private static final Duration LONGEST_COOLDOWN = Duration.ofMinutes(1);

	/** So long a probe has the key for itself. */
	private static final Duration PROBE = Duration.ofSeconds(1);

	/** While a probe is under way, the others look so often. */
	private static final Duration LOOK = Duration.ofMillis(50);

	private static final Duration LATELY = Duration.ofMinutes(10);

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
	 * The key to use. A key whose cooldown is over is given to one call, as a probe;
	 * others get it when that has worked, or after a while.
	 * @return {@code null} if all cool down
	 */
	synchronized @Nullable ApiKey pick(long nowMillis) {
		for (ApiKey key : this.order) {
			Slot slot = this.slots.get(key.name());
			if (slot != null && slot.usableAt() <= nowMillis) {
				if (slot.failures > 0) {
					slot.probeUntil = nowMillis + PROBE.toMillis();
				}
				return key;
			}
		}
		return null;
	}

	/** How long until a key is to be had: 0 if one is. */
	synchronized Duration untilUsable(long nowMillis) {
		long soonest = this.slots.values().stream().mapToLong((slot) -> slot.waitMillis(nowMillis)).min().orElse(0);
		return Duration.ofMillis(soonest);
	}

	/** The provider labelled posts with it. */
	synchronized void worked(ApiKey key, long nowMillis) {
		accepted(key, nowMillis);
		Slot slot = this.slots.get(key.name());
		if (slot != null && slot.key.equals(key)) {
			slot.workedMillis = nowMillis;
		}
	}

	/** The provider took it, whatever it answered. */
	synchronized void accepted(ApiKey key, long nowMillis) {
		Slot slot = this.slots.get(key.name());
		if (slot != null && slot.key.equals(key) && slot.coolsUntil <= nowMillis) {
			if (slot.reported != null) {
				log.info("model API key {} works again", key.name());
				slot.reported = null;
			}
			slot.failures = 0;
			slot.probeUntil = 0;
		}
	}

	/** Whether the provider labelled posts with it within the last ten minutes. */
	synchronized boolean workedLately(ApiKey key, long nowMillis) {
		Slot slot = this.slots.get(key.name());
		return slot != null && slot.key.equals(key) && nowMillis - slot.workedMillis < LATELY.toMillis();
	}

	/**
	 * A request failed so that the key cools down.
	 * @param fault says how long
	 * @param told how long the provider says; zero if it does not
	 */
	synchronized void coolDown(ApiKey key, Fault fault, Cause cause, Duration told, long nowMillis) {
		Slot slot = this.slots.get(key.name());
		if (slot == null || !slot.key.equals(key) || fault.cooldown() == Cooldown.NONE) {
			return;
		}
		if (slot.coolsUntil <= nowMillis) {
			slot.failures++;
		}
		long cooldown = cooldown(fault, told, slot.failures).toMillis();
		slot.coolsUntil = Math.max(slot.coolsUntil, nowMillis + cooldown);
		slot.probeUntil = 0;
		if (slot.reported != fault) {
			slot.reported = fault;
			report(key, fault, cause, cooldown);
		}
	}

	private static Duration cooldown(Fault fault, Duration told, int failures) {
		return switch (fault.cooldown()) {
			case NONE -> Duration.ZERO;
			case ONE_SECOND -> FIRST_COOLDOWN;
			case ONE_MINUTE -> LONGEST_COOLDOWN;
			case FIVE_MINUTES -> REFUSED;
			case AS_TOLD -> {
				Duration doubled = FIRST_COOLDOWN.multipliedBy(1L << Math.clamp(failures - 1L, 0, 6));
				Duration cooldown = told.isZero() ? doubled : told;
				yield (cooldown.compareTo(LONGEST_COOLDOWN) < 0) ? cooldown : LONGEST_COOLDOWN;
			}
		};
	}

	/**
	 * Logs it, but for what {@link Fault.Owner#SETTINGS settings} did: that is logged.
	 */
	private static void report(ApiKey key, Fault fault, Cause cause, long millis) {
		String advice = Advice.on(fault, key);
		switch (fault.cooldown()) {
			case FIVE_MINUTES -> log.warn("model API key {} is rejected and not used for {} minutes: {}", key.name(),
					REFUSED.toMinutes(), Failures.text(fault, cause, advice));
			case ONE_MINUTE -> log.warn("model API key {} is tried once a minute only: {}", key.name(),
					Failures.text(fault, cause, advice));
			default -> {
				if (fault.owner() != Fault.Owner.SETTINGS) {
					log.info("model API key {} is not used for {} ms: {}", key.name(), millis,
							Failures.text(fault, cause, advice));
				}
			}
		}
	}

	/** How many there are. */
	synchronized int size() {
		return this.order.size();
	}

	/** How many of them cool down. */
	synchronized int cooling(long nowMillis) {
		return (int) this.slots.values().stream().filter((slot) -> slot.coolsUntil > nowMillis).count();
	}

	private static final class Slot {

		private final ApiKey key;

		/** Cooldowns in a row; none since the key last worked. */
		private int failures;

		private long coolsUntil;

		private long probeUntil;

		private long workedMillis = Long.MIN_VALUE / 2;

		/** Why it cools down, as was logged; {@code null} while it works. */
		private @Nullable Fault reported;

		Slot(ApiKey key) {
			this.key = key;
		}

		long usableAt() {
			return Math.max(this.coolsUntil, this.probeUntil);
		}

		long waitMillis(long nowMillis) {
			long wait = Math.max(0, usableAt() - nowMillis);
			return (this.coolsUntil <= nowMillis) ? Math.min(wait, LOOK.toMillis()) : wait;
		}

	}

}
