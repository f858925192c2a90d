package io.clearview.kit.durable;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Holds nothing and forgets what it is given; for a test to override. */
class EmptyStore implements DurableStore {

	@Override
	public Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids) {
		return Mono.just(Map.of());
	}

	@Override
	public Mono<Void> merge(List<DurableChange> changes) {
		return Mono.empty();
	}

	@Override
	public Mono<Integer> fill(List<DurableChange> changes) {
		return Mono.just(0);
	}

	@Override
	public Mono<List<DurableDocument>> list(String collection, @Nullable String after, int limit) {
		return Mono.just(List.of());
	}

	@Override
	public void close() {
	}

}
