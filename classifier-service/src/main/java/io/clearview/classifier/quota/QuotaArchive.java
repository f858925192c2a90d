package io.clearview.classifier.quota;

import io.clearview.kit.durable.DurableUnavailableException;
import reactor.core.publisher.Mono;

/**
 * Where counts are kept besides redis-state, so that they survive its loss. Without a
 * durable store there is {@link #NONE}.
 */
interface QuotaArchive {

	/** Keeps nothing: counts that redis-state loses begin anew. */
	QuotaArchive NONE = new QuotaArchive() {
	};

	/** Whether anything is kept. */
	default boolean isOn() {
		return false;
	}

	/** Keeps what the fleet has charged to a user. Never waits. */
	default void keep(String userId, Usage usage) {
	}

	/**
	 * Notes that an operator reset a user's counts.
	 * @param now when, in ms
	 */
	default void reset(String userId, long now) {
	}

	/**
	 * How many posts were charged to a user on a day, as far as it was kept; 0 if nothing
	 * was. Errors with {@link DurableUnavailableException} when that cannot be told now.
	 * @param day UTC day, counted from 1970-01-01
	 */
	default Mono<Long> recall(String userId, long day) {
		return Mono.just(0L);
	}

}
