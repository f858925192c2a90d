package io.clearview.bench.simulate;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.clearview.classifier.verdict.Ages;
import io.clearview.classifier.verdict.Entry;
import io.clearview.classifier.verdict.SharedCache;
import io.clearview.classifier.verdict.VerdictKey;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Stands in for redis-cache: never lost, never full, never late. */
final class FleetMemory implements SharedCache {

	private final Map<VerdictKey, Entry> entries = new HashMap<>();

	private final Set<VerdictKey> claimed = new HashSet<>();

	private final Ages ages;

	FleetMemory(Ages ages) {
		this.ages = ages;
	}

	@Override
	public Mono<List<@Nullable Entry>> get(List<VerdictKey> keys) {
		return Mono.just(keys.stream().<@Nullable Entry>map(this.entries::get).toList());
	}

	@Override
	public Mono<List<Claim>> claim(List<VerdictKey> keys) {
		return Mono.just(keys.stream().map(this::claim).toList());
	}

	private Claim claim(VerdictKey key) {
		Entry entry = this.entries.get(key);
		if (entry != null && this.ages.isFresh(key, entry, this.ages.now())) {
			return new Claim.Known(entry);
		}
		return this.claimed.add(key) ? new Claim.Mine() : new Claim.Taken();
	}

	@Override
	public void learn(VerdictKey key, Entry entry) {
		this.entries.put(key, entry);
		this.claimed.remove(key);
	}

	@Override
	public void release(VerdictKey key) {
		this.claimed.remove(key);
	}

}
