package io.clearview.firestore;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.cloud.Timestamp;
import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.Query;
import com.google.cloud.firestore.SetOptions;
import com.google.cloud.firestore.WriteBatch;
import com.google.common.util.concurrent.MoreExecutors;
import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.DurableSettings;
import io.clearview.kit.durable.DurableStore;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The durable store on Firestore. The client's calls are begun on a thread of this
 * store's own, because the first one reads credentials and connects. An {@link Instant}
 * is stored as a timestamp, so that it can be the field of a TTL policy.
 */
final class FirestoreStore implements DurableStore {

	/**
	 * Each document holds its own name, because emulators cannot order by the built-in
	 * one.
	 */
	private static final String NAME = "name";

	private static final int QUEUED_CALLS = 1_000;

	private final Firestore firestore;

	private final Scheduler calls = Schedulers.newBoundedElastic(1, QUEUED_CALLS, "firestore", 60, true);

	/**
	 * Makes a client, which connects with its first call.
	 * @param settings the project, and where it is
	 */
	FirestoreStore(DurableSettings settings) {
		FirestoreOptions.Builder options = FirestoreOptions.newBuilder()
			.setProjectId(settings.project())
			.setDatabaseId(settings.database());
		String emulator = settings.emulator();
		if (emulator != null) {
			options.setEmulatorHost(emulator);
		}
		this.firestore = options.build().getService();
	}

	@Override
	public Mono<Map<String, DurableDocument>> read(String collection, Collection<String> ids) {
		if (ids.isEmpty()) {
			return Mono.just(Map.of());
		}
		return call(() -> {
			CollectionReference documents = this.firestore.collection(collection);
			return this.firestore.getAll(ids.stream().map(documents::document).toArray(DocumentReference[]::new));
		}).map((snapshots) -> snapshots.stream()
			.filter(DocumentSnapshot::exists)
			.map(FirestoreStore::document)
			.collect(Collectors.toUnmodifiableMap(DurableDocument::id, (document) -> document)));
	}

	@Override
	public Mono<Void> merge(List<DurableChange> changes) {
		if (changes.isEmpty()) {
			return Mono.empty();
		}
		return call(() -> {
			WriteBatch batch = this.firestore.batch();
			changes.forEach((change) -> batch.set(reference(change), fields(change), SetOptions.merge()));
			return batch.commit();
		}).then();
	}

	@Override
	public Mono<Integer> fill(List<DurableChange> changes) {
		if (changes.isEmpty()) {
			return Mono.just(0);
		}
		DocumentReference[] references = changes.stream().map(this::reference).toArray(DocumentReference[]::new);
		return call(() -> this.firestore
			.runAsyncTransaction((transaction) -> ApiFutures.transform(transaction.getAll(references), (there) -> {
				int changed = 0;
				for (int i = 0; i < references.length; i++) {
					Map<String, Object> missing = fields(changes.get(i));
					Map<String, Object> present = there.get(i).getData();
					missing.keySet().removeAll((present != null) ? present.keySet() : Set.of());
					if (!missing.isEmpty()) {
						transaction.set(references[i], missing, SetOptions.merge());
						changed++;
					}
				}
				return changed;
			}, MoreExecutors.directExecutor())));
	}

	private DocumentReference reference(DurableChange change) {
		return this.firestore.collection(change.collection()).document(change.id());
	}

	private static Map<String, Object> fields(DurableChange change) {
		Map<String, Object> fields = toFirestore(change.fields());
		fields.put(NAME, change.id());
		return fields;
	}

	@Override
	public Mono<List<DurableDocument>> list(String collection, @Nullable String after, int limit) {
		return call(() -> {
			CollectionReference documents = this.firestore.collection(collection);
			Query page = (after != null) ? documents.whereGreaterThan(NAME, after) : documents;
			return page.orderBy(NAME).limit(limit).get();
		}).map((page) -> page.getDocuments().stream().map(FirestoreStore::document).toList());
	}

	@Override
	public void close() {
		this.calls.dispose();
		try {
			this.firestore.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException("The Firestore client did not close", ex);
		}
	}

	private <T> Mono<T> call(Callable<ApiFuture<T>> begin) {
		return Mono.fromCallable(begin).subscribeOn(this.calls).flatMap(FirestoreStore::await);
	}

	private static <T> Mono<T> await(ApiFuture<T> future) {
		return Mono.create((sink) -> {
			sink.onCancel(() -> future.cancel(true));
			ApiFutures.addCallback(future, new ApiFutureCallback<T>() {
				@Override
				public void onFailure(Throwable failure) {
					sink.error(failure);
				}

				@Override
				public void onSuccess(T result) {
					sink.success(result);
				}
			}, MoreExecutors.directExecutor());
		});
	}

	private static DurableDocument document(DocumentSnapshot snapshot) {
		Map<String, Object> data = snapshot.getData();
		Map<String, Object> fields = (data != null) ? fromFirestore(data) : new HashMap<>();
		fields.remove(NAME);
		return new DurableDocument(snapshot.getId(), fields);
	}

	private static Map<String, Object> toFirestore(Map<String, Object> fields) {
		return convert(fields, (value) -> (value instanceof Instant instant)
				? Timestamp.ofTimeSecondsAndNanos(instant.getEpochSecond(), instant.getNano()) : value);
	}

	private static Map<String, Object> fromFirestore(Map<String, Object> fields) {
		return convert(fields, (value) -> (value instanceof Timestamp timestamp)
				? Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos()) : value);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> convert(Map<String, Object> fields, UnaryOperator<Object> one) {
		Map<String, Object> converted = new HashMap<>();
		fields.forEach((name, value) -> {
			if (value instanceof Map<?, ?> nested) {
				converted.put(name, convert((Map<String, Object>) nested, one));
			}
			else if (value != null) {
				converted.put(name, one.apply(value));
			}
		});
		return converted;
	}

}
