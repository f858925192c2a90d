package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScriptOutputType;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Verdicts in redis-cache: owner of the keys {@code verdict:{key}} and
 * {@code lease:{key}}. The braces put both of one verdict into one slot, which the
 * scripts need on a cluster; different verdicts are in different slots on purpose, so an
 * {@code MGET} there becomes one command a slot, sent together.
 *
 * <p>
 * A lease is renewed three times in its life for as long as the verdict is being bought,
 * so it can be short: when its owner dies, others wait no longer than that. What could
 * not be written is kept, bounded, and written once Redis is back.
 */
final class RedisVerdicts implements SharedCache {

	private static final LuaScript CLAIM = LuaScript.load("lua/claim.lua", ScriptOutputType.VALUE);

	private static final LuaScript SETTLE = LuaScript.load("lua/settle.lua", ScriptOutputType.INTEGER);

	private static final Claim MINE = new Claim.Mine();

	private static final Claim TAKEN = new Claim.Taken();

	private static final Claim UNKNOWN = new Claim.Unknown();

	private static final int AT_A_TIME = 64;

	private final Set<VerdictKey> leases = ConcurrentHashMap.newKeySet();

	private final String owner = UUID.randomUUID().toString();

	private final Redis redis;

	private final Ages ages;

	private final String leaseMillis;

	private final WriteBack unwritten;

	private final VerdictMetrics meters;

	private final Disposable upkeep;

	RedisVerdicts(Redis redis, Ages ages, Duration lease, int writeBack, Scheduler scheduler, VerdictMetrics meters) {
		this.redis = redis;
		this.ages = ages;
		this.leaseMillis = Long.toString(lease.toMillis());
		this.unwritten = new WriteBack(writeBack, meters);
		this.meters = meters;
		this.upkeep = Flux.interval(lease.dividedBy(3), scheduler)
			.onBackpressureDrop()
			.concatMap((_) -> Mono.when(renew(), writeBack()).onErrorComplete(), 1)
			.subscribe();
	}

	@Override
	public Mono<List<@Nullable Entry>> get(List<VerdictKey> keys) {
		String[] names = new String[keys.size()];
		for (int i = 0; i < names.length; i++) {
			names[i] = verdict(keys.get(i));
		}
		return this.redis.run((commands) -> commands.mget(names)).map(RedisVerdicts::entries).onErrorComplete();
	}

	private static List<@Nullable Entry> entries(List<KeyValue<String, String>> values) {
		List<@Nullable Entry> entries = new ArrayList<>(values.size());
		for (KeyValue<String, String> value : values) {
			entries.add(value.hasValue() ? Entry.decode(value.getValue()) : null);
		}
		return entries;
	}

	@Override
	public Mono<List<Claim>> claim(List<VerdictKey> keys) {
		return Flux.fromIterable(keys).flatMapSequential(this::claim, AT_A_TIME).collectList();
	}

	private Mono<Claim> claim(VerdictKey key) {
		return send(key).doOnNext((claim) -> {
			if (claim == MINE) {
				this.leases.add(key);
			}
			this.meters.claimed(claim);
		});
	}

	private Mono<Claim> send(VerdictKey key) {
		String freshSince = Long.toString(this.ages.freshSince(key, this.ages.now()));
		return this.redis.<String>run(CLAIM, keys(key), this.owner, this.leaseMillis, freshSince)
			.map(RedisVerdicts::claim)
			.onErrorReturn(UNKNOWN);
	}

	private static Claim claim(String answer) {
		return switch (answer) {
			case "mine" -> MINE;
			case "taken" -> TAKEN;
			default -> {
				Entry entry = Entry.decode(answer);
				yield (entry != null) ? new Claim.Known(entry) : UNKNOWN;
			}
		};
	}

	@Override
	public void learn(VerdictKey key, Entry entry) {
		this.leases.remove(key);
		write(key, entry).subscribe();
	}

	private Mono<Void> write(VerdictKey key, Entry entry) {
		long left = this.ages.left(entry, this.ages.now());
		if (left <= 0) {
			return Mono.empty();
		}
		return settle(key, entry.encode(), left).onErrorResume((_) -> {
			this.unwritten.add(key, entry);
			return Mono.empty();
		}).then();
	}

	@Override
	public void release(VerdictKey key) {
		if (this.leases.remove(key)) {
			settle(key, "", 0).onErrorComplete().subscribe();
		}
	}

	private Mono<Long> settle(VerdictKey key, String entry, long left) {
		return this.redis.run(SETTLE, keys(key), this.owner, entry, Long.toString(left));
	}

	private Mono<Void> renew() {
		return Flux.fromIterable(this.leases).filter(this.leases::contains).flatMap(this::send, AT_A_TIME).then();
	}

	private Mono<Void> writeBack() {
		return Flux.fromIterable(this.redis.guard().isUp() ? this.unwritten.take() : List.of())
			.flatMap((kept) -> write(kept.key(), kept.entry()), AT_A_TIME)
			.then();
	}

	@Override
	public void close() {
		this.upkeep.dispose();
	}

	private static List<String> keys(VerdictKey key) {
		String name = key.toString();
		return List.of("verdict:{" + name + "}", "lease:{" + name + "}");
	}

	private static String verdict(VerdictKey key) {
		return "verdict:{" + key + "}";
	}

}
