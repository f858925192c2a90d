package io.clearview.kit.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.DurableStore;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A durable store in memory that remembers what was read and can fail or be slow. */
public final class MemoryDurableStore implements DurableStore {

	/** What it holds, by collection, slash and name. */
	public final Map<String, DurableChange> documents = new ConcurrentHashMap<>();

	/** The names of each read that was answered. */
	public final List<List<String>> reads = new CopyOnWriteArrayList<>();

	/** Precedes every call: an error, a delay, or nothing for ever. */
	public volatile Mono<?> before = Mono.empty();

	/** Fails every call from now on. */
	public void fail() {
		this.before = Mono.error(new IllegalStateException("broken"));
	}

	/** Answers calls from now on. */
	public void mend() {
		this.before = Mono.empty();
	}

	@Override
	public Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids) {
		return Mono.defer(() -> this.before).then(Mono.fromSupplier(() -> {
			this.reads.add(List.copyOf(ids));
			return ids.stream()
				.filter((id) -> this.documents.containsKey(collection + "/" + id))
				.distinct()
				.collect(Collectors.toMap((id) -> id,
						(id) -> new DurableDocument(id, this.documents.get(collection + "/" + id).fields())));
		}));
	}

	@Override
	public Mono<Void> merge(List<DurableChange> changes) {
		return Mono.defer(() -> this.before)
			.then(Mono.fromRunnable(() -> changes.forEach((change) -> this.documents
				.merge(change.collection() + "/" + change.id(), change, DurableChange::then))));
	}

	@Override
	public Mono<Integer> fill(List<DurableChange> changes) {
		return Mono.error(new UnsupportedOperationException("fill"));
	}

	@Override
	public Mono<List<DurableDocument>> list(String collection, @Nullable String after, int limit) {
		return Mono.error(new UnsupportedOperationException("list"));
	}

	/** The names of all documents that were read. */
	public List<String> read() {
		List<String> names = new ArrayList<>();
		this.reads.forEach(names::addAll);
		return names;
	}

	@Override
	public void close() {
	}

}
