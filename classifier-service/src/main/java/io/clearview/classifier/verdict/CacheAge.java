package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.List;

import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.lettuce.core.ScriptOutputType;
import reactor.core.publisher.Mono;

/**
 * How long redis-cache has had its data: owner of the key {@code verdicts-since}, the
 * time at which a classifier found it without that key. A redis-cache that came back
 * empty has none, whatever emptied it. Where it is evicted, redis-cache counts as empty
 * though it is not, which costs reads of the durable store; it is looked up every second
 * by every instance, so under an LFU policy nearly everything else is evicted before.
 */
final class CacheAge {

	/** How often it is looked up, so how late it is noticed that all data was removed. */
	static final Duration EVERY = Duration.ofSeconds(1);

	private static final LuaScript EPOCH = LuaScript.load("lua/epoch.lua", ScriptOutputType.VALUE);

	private static final List<String> KEY = List.of("verdicts-since");

	private static final long UNKNOWN = Long.MAX_VALUE;

	private final Redis redis;

	private final Ages ages;

	/** Milliseconds since 1970. */
	private volatile long since = UNKNOWN;

	/**
	 * Knows nothing until it has looked.
	 * @param redis redis-cache
	 * @param ages tells the time, and how long a verdict answers by itself
	 */
	CacheAge(Redis redis, Ages ages) {
		this.redis = redis;
		this.ages = ages;
	}

	/**
	 * Whether redis-cache is out, or may lack verdicts that are fresh still because they
	 * were given before it lost its data.
	 */
	boolean mayLackVerdicts() {
		return !this.redis.guard().isUp() || this.since > this.ages.freshSinceAtMost(this.ages.now());
	}

	/** Looks it up; until that has succeeded, redis-cache counts as empty. */
	Mono<Void> lookAgain() {
		return Mono.defer(() -> {
			this.since = UNKNOWN;
			return look();
		});
	}

	/** Looks it up. Never errors. */
	Mono<Void> look() {
		return Mono.defer(() -> this.redis.<String>run(EPOCH, KEY, Long.toString(this.ages.now())))
			.doOnNext((value) -> this.since = parse(value))
			.onErrorComplete()
			.then();
	}

	/** What cannot be read is not known. */
	private static long parse(String value) {
		try {
			return Long.parseLong(value);
		}
		catch (NumberFormatException ex) {
			return UNKNOWN;
		}
	}

}
