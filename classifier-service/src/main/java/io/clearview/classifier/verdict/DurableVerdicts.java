package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clearview.classifier.verdict.SingleFlight.Flight;
import io.clearview.classifier.verdict.SingleFlight.Ticket;
import io.clearview.kit.durable.DurableChange;
import io.clearview.kit.durable.DurableDocument;
import io.clearview.kit.durable.DurableStore;
import io.clearview.kit.durable.WriteBehind;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Verdicts in the durable store: one document each, named by the verdict's key, which is
 * a hash, and written behind. Read only while redis-cache is out or may have lost
 * verdicts that are fresh still. Requests read what they miss in one call, share the read
 * of a verdict, and do not ask again for a while for one that is not there.
 */
final class DurableVerdicts implements VerdictArchive {

	/** The queue of what waits to be written, in metrics. */
	static final String QUEUE = "verdicts";

	private static final String VERDICTS = "verdicts";

	private static final String ENTRY = "entry";

	private static final String EXPIRES = "expires";

	/** A name may not begin with two underscores, and a key may. */
	private static final String PREFIX = "v";

	/** For so long a verdict that was not there is not asked for again. */
	static final Duration ABSENT = Duration.ofMinutes(1);

	private static final long MOST_ABSENT = 100_000;

	private final SingleFlight<VerdictKey, Optional<Entry>> reads = new SingleFlight<>();

	private final Cache<VerdictKey, Boolean> absent;

	private final DurableStore durable;

	private final WriteBehind writes;

	private final BooleanSupplier needed;

	private final Ages ages;

	private final Scheduler scheduler;

	/**
	 * Creates the archive.
	 * @param needed whether redis-cache may lack verdicts; quick
	 * @param scheduler whose clock and timers count
	 */
	DurableVerdicts(DurableStore durable, WriteBehind writes, BooleanSupplier needed, Ages ages, Scheduler scheduler) {
		this.durable = durable;
		this.writes = writes;
		this.needed = needed;
		this.ages = ages;
		this.scheduler = scheduler;
		this.absent = Caffeine.newBuilder()
			.executor(Runnable::run)
			.ticker(() -> scheduler.now(TimeUnit.NANOSECONDS))
			.maximumSize(MOST_ABSENT)
			.expireAfterWrite(ABSENT)
			.build();
	}

	@Override
	public boolean isNeeded() {
		return this.needed.getAsBoolean();
	}

	@Override
	public Mono<List<@Nullable Entry>> recall(List<VerdictKey> keys, Duration atMost) {
		return Mono.defer(() -> {
			List<CompletableFuture<Optional<Entry>>> results = join(keys);
			return Mono.fromFuture(CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new)), true)
				.timeout(atMost, this.scheduler)
				.onErrorComplete()
				.then(Mono.fromSupplier(() -> results.stream().<@Nullable Entry>map(DurableVerdicts::result).toList()));
		});
	}

	/** Joins the reads of verdicts, and begins those that nobody has begun. */
	private List<CompletableFuture<Optional<Entry>>> join(List<VerdictKey> keys) {
		List<CompletableFuture<Optional<Entry>>> results = new ArrayList<>(keys.size());
		List<Flight<VerdictKey, Optional<Entry>>> begun = new ArrayList<>(keys.size());
		for (VerdictKey key : keys) {
			if (this.absent.getIfPresent(key) != null) {
				results.add(CompletableFuture.completedFuture(Optional.empty()));
				continue;
			}
			Ticket<VerdictKey, Optional<Entry>> ticket = this.reads.join(key);
			if (ticket.isFirst()) {
				begun.add(ticket.flight());
			}
			results.add(ticket.result());
		}
		if (!begun.isEmpty()) {
			this.reads.start(begun, this::read);
		}
		return results;
	}

	private static @Nullable Entry result(CompletableFuture<Optional<Entry>> read) {
		return (read.isDone() && !read.isCompletedExceptionally()) ? read.join().orElse(null) : null;
	}

	private Mono<Void> read(List<Flight<VerdictKey, Optional<Entry>>> flights) {
		List<String> names = flights.stream().map((flight) -> name(flight.key())).toList();
		return this.durable.read(VERDICTS, names).doOnNext((documents) -> {
			for (Flight<VerdictKey, Optional<Entry>> flight : flights) {
				Entry entry = entry(documents.get(name(flight.key())));
				if (entry == null) {
					this.absent.put(flight.key(), Boolean.TRUE);
				}
				flight.complete(Optional.ofNullable(entry));
			}
		}).then();
	}

	/** What the store has not deleted yet though it is past its age is not believed. */
	private @Nullable Entry entry(@Nullable DurableDocument document) {
		Entry entry = (document != null && document.fields().get(ENTRY) instanceof String text) ? Entry.decode(text)
				: null;
		return (entry != null && this.ages.isUsable(entry, this.ages.now())) ? entry : null;
	}

	@Override
	public void keep(VerdictKey key, Entry entry) {
		this.absent.invalidate(key);
		this.writes.offer(new DurableChange(VERDICTS, name(key),
				Map.of(ENTRY, entry.encode(), EXPIRES, this.ages.expires(entry))));
	}

	private static String name(VerdictKey key) {
		return PREFIX + key;
	}

}
