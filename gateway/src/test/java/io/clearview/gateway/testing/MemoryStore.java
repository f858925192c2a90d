package io.clearview.gateway.testing;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.DurableSettings;
import io.clearview.kit.durable.DurableStore;
import io.clearview.kit.durable.DurableStoreProvider;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A durable store in the memory of the test, one for all gateways in this JVM. It can be
 * broken and hung.
 */
public final class MemoryStore implements DurableStoreProvider {

	/** How the store behaves. */
	public enum State {

		/** As it should. */
		WELL,
		/** Each call fails. */
		BROKEN,
		/** No call ends. */
		HUNG

	}

	private static final Map<String, TreeMap<String, Map<String, Object>>> COLLECTIONS = new ConcurrentHashMap<>();

	private static final AtomicInteger READS = new AtomicInteger();

	private static volatile State state = State.WELL;

	/**
	 * Settings with which a gateway uses this store, and writes only when it is told to.
	 */
	public static String[] settings(String... more) {
		String[] settings = new String[more.length + 3];
		settings[0] = "clearview.durable.kind=firestore";
		settings[1] = "clearview.durable.project=test";
		settings[2] = "clearview.durable.interval=1h";
		System.arraycopy(more, 0, settings, 3, more.length);
		return settings;
	}

	/** Empties the store. */
	public static void reset() {
		COLLECTIONS.clear();
		state = State.WELL;
	}

	/** Changes how it behaves. */
	public static void be(State next) {
		state = next;
	}

	/** How often accounts were read. */
	public static int reads() {
		return READS.get();
	}

	/** What a document holds; empty if there is none. */
	public static Map<String, Object> document(String collection, String id) {
		TreeMap<String, Map<String, Object>> documents = of(collection);
		synchronized (documents) {
			return Map.copyOf(documents.getOrDefault(id, Map.of()));
		}
	}

	@Override
	public DurableSettings.Kind kind() {
		return DurableSettings.Kind.FIRESTORE;
	}

	@Override
	public DurableStore open(DurableSettings settings) {
		return new Store();
	}

	/** Merges fields into a document. */
	public static void put(String collection, String id, Map<String, Object> fields) {
		TreeMap<String, Map<String, Object>> documents = of(collection);
		synchronized (documents) {
			documents.computeIfAbsent(id, (_) -> new TreeMap<>()).putAll(fields);
		}
	}

	private static TreeMap<String, Map<String, Object>> of(String collection) {
		return COLLECTIONS.computeIfAbsent(collection, (_) -> new TreeMap<>());
	}

	private static final class Store implements DurableStore {

		@Override
		public Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids) {
			return call(() -> {
				if (collection.equals("accounts")) {
					READS.incrementAndGet();
				}
				TreeMap<String, Map<String, Object>> documents = of(collection);
				Map<String, DurableDocument> found = new TreeMap<>();
				synchronized (documents) {
					ids.forEach((id) -> {
						if (documents.containsKey(id)) {
							found.put(id, new DurableDocument(id, documents.get(id)));
						}
					});
				}
				return found;
			});
		}

		@Override
		public Mono<Void> merge(List<DurableChange> changes) {
			return call(() -> {
				for (DurableChange change : changes) {
					TreeMap<String, Map<String, Object>> documents = of(change.collection());
					synchronized (documents) {
						documents.computeIfAbsent(change.id(), (_) -> new TreeMap<>()).putAll(change.fields());
					}
				}
				return true;
			}).then();
		}

		@Override
		public Mono<Integer> fill(List<DurableChange> changes) {
			return call(() -> {
				int changed = 0;
				for (DurableChange change : changes) {
					TreeMap<String, Map<String, Object>> documents = of(change.collection());
					synchronized (documents) {
						Map<String, Object> there = documents.computeIfAbsent(change.id(), (_) -> new TreeMap<>());
						Map<String, Object> before = Map.copyOf(there);
						change.fields().forEach(there::putIfAbsent);
						changed += before.equals(there) ? 0 : 1;
					}
				}
				return changed;
			});
		}

		@Override
		public Mono<List<DurableDocument>> list(String collection, @Nullable String after, int limit) {
			return call(() -> {
				TreeMap<String, Map<String, Object>> documents = of(collection);
				synchronized (documents) {
					return documents.tailMap((after != null) ? after : "", after == null)
						.entrySet()
						.stream()
						.limit(limit)
						.map((entry) -> new DurableDocument(entry.getKey(), entry.getValue()))
						.toList();
				}
			});
		}

		@Override
		public void close() {
		}

		private static <T> Mono<T> call(Supplier<T> call) {
			return Mono.defer(() -> switch (state) {
				case WELL -> Mono.just(call.get());
				case BROKEN -> Mono.error(new IllegalStateException("broken"));
				case HUNG -> Mono.never();
			});
		}

	}

}
