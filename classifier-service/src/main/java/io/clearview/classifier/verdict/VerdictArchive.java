package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where verdicts are kept besides redis-cache, for when that is out or has lost them.
 * Without a durable store there is {@link #NONE}. Nothing here errors.
 */
interface VerdictArchive {

	/** Keeps nothing: what redis-cache loses is judged again. */
	VerdictArchive NONE = new VerdictArchive() {
	};

	/**
	 * Whether there may be verdicts here that redis-cache should have and has not. Quick.
	 */
	default boolean isNeeded() {
		return false;
	}

	/**
	 * Looks verdicts up.
	 * @param keys of verdicts that no cache has
	 * @param atMost how long that may take
	 * @return a list parallel to {@code keys}, with null where there is none, or none in
	 * time
	 */
	default Mono<List<@Nullable Entry>> recall(List<VerdictKey> keys, Duration atMost) {
		return Mono.just(Collections.nCopies(keys.size(), null));
	}

	/** Keeps a verdict of the model. Never waits. */
	default void keep(VerdictKey key, Entry entry) {
	}

}
