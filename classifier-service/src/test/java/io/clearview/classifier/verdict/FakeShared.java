package io.clearview.classifier.verdict;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A shared cache in memory that remembers what was done to it. */
final class FakeShared implements SharedCache {

	final Map<VerdictKey, Entry> entries = new HashMap<>();

	final List<List<VerdictKey>> lookups = new ArrayList<>();

	final List<VerdictKey> released = new ArrayList<>();

	/** Answers to the next claims; the lease is granted where there is none. */
	final Deque<Claim> claims = new ArrayDeque<>();

	int claimed;

	/** Whether claims that {@link #claims} has no answer for get none. */
	boolean unanswered;

	/** Whether lookups find it out. */
	boolean out;

	@Override
	public Mono<List<@Nullable Entry>> get(List<VerdictKey> keys) {
		return Mono.fromSupplier(() -> {
			this.lookups.add(keys);
			if (this.out) {
				return null;
			}
			List<@Nullable Entry> found = new ArrayList<>();
			keys.forEach((key) -> found.add(this.entries.get(key)));
			return found;
		});
	}

	@Override
	public Mono<List<Claim>> claim(List<VerdictKey> keys) {
		return Flux.fromIterable(keys).flatMapSequential((_) -> claim(), 64).collectList();
	}

	private Mono<Claim> claim() {
		return Mono.defer(() -> {
			this.claimed++;
			if (this.claims.isEmpty()) {
				return this.unanswered ? Mono.never() : Mono.just(new Claim.Mine());
			}
			return Mono.just(this.claims.poll());
		});
	}

	@Override
	public void learn(VerdictKey key, Entry entry) {
		this.entries.put(key, entry);
	}

	@Override
	public void release(VerdictKey key) {
		this.released.add(key);
	}

}
