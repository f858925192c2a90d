package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.batch.Submission;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.verdict.JudgeRequest.Listener;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.SharedCache.Claim;
import io.clearview.classifier.verdict.SingleFlight.Flight;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.tracing.TraceContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * Gets the verdicts of flights that one request started: from another instance that is
 * buying them at the moment, or from the model. As long as redis-cache is available, each
 * is bought once in the fleet. Where another instance holds the claim, its verdict is
 * waited for; one that dies, or takes more than half of the time there is, is not waited
 * for any longer.
 *
 * <p>
 * A request waits for a redis-cache that hangs once: if it waited for its lookup, it buys
 * without a claim, and so does, from then on, the flight of another that it joins.
 *
 * <p>
 * A verdict is kept even if everyone who asked has gone. What failed is not kept.
 */
final class Purchase {

	private static final Duration FIRST_POLL = Duration.ofMillis(20);

	private static final Duration LONGEST_POLL = Duration.ofMillis(200);

	/** A purchase that takes so much longer than it may is ended from outside. */
	private static final Duration GRACE = Duration.ofMillis(100);

	private static final Claim UNKNOWN = new Claim.Unknown();

	/** Flights that wait for redis-cache, and how to end that wait. */
	private final ConcurrentMap<VerdictKey, Sinks.Empty<Void>> claiming = new ConcurrentHashMap<>();

	private final VerdictProperties properties;

	private final Ages ages;

	private final NearCache near;

	private final SharedCache shared;

	private final VerdictArchive archive;

	private final Batcher batcher;

	private final Scheduler scheduler;

	Purchase(VerdictProperties properties, Ages ages, NearCache near, SharedCache shared, VerdictArchive archive,
			Batcher batcher, Scheduler scheduler) {
		this.properties = properties;
		this.ages = ages;
		this.near = near;
		this.shared = shared;
		this.archive = archive;
		this.batcher = batcher;
		this.scheduler = scheduler;
	}

	/**
	 * Completes each of {@code flights}, and then itself.
	 * @param questions in the order of the flights; those that joined other flights stand
	 * between them
	 */
	Mono<Void> of(List<Flight<VerdictKey, Verdict>> flights, List<Question> questions, JudgeRequest request,
			Listener listener, ContextView context) {
		return Mono.defer(() -> {
			List<Item> items = new ArrayList<>(flights.size());
			long now = this.ages.now();
			int next = 0;
			for (var flight : flights) {
				while (!questions.get(next).key().equals(flight.key())) {
					next++;
				}
				// between a caller's lookup and its flight another may have completed
				Entry entry = this.near.get(flight.key());
				if (entry != null && this.ages.isFresh(flight.key(), entry, now)) {
					flight.complete(free(entry, Source.NEAR_CACHE));
				}
				else {
					items.add(new Item(flight, questions.get(next)));
				}
			}
			return items.isEmpty() ? Mono.empty() : new Group(request, listener, Tracing.of(context)).get(items);
		}).timeout(this.properties.judgeWithin().plus(GRACE), this.scheduler);
	}

	/** Ends the wait for redis-cache, which is known to be unavailable. */
	void withoutClaim(VerdictKey key) {
		Sinks.Empty<Void> unavailable = this.claiming.get(key);
		if (unavailable != null) {
			unavailable.tryEmitEmpty();
		}
	}

	/**
	 * Keeps a verdict that took no call, here and for other instances. It is not worth a
	 * document of the durable store, because it can be had again at any time.
	 */
	Entry learnFree(VerdictKey key, Judgement judgement) {
		Entry entry = new Entry(judgement.label(), this.ages.now());
		this.near.learn(key, entry);
		this.shared.learn(key, entry);
		return entry;
	}

	/** Keeps a verdict of the model, here and for other instances. */
	private Entry learn(VerdictKey key, Judgement judgement) {
		Entry entry = learnFree(key, judgement);
		this.archive.keep(key, entry);
		return entry;
	}

	private static Verdict free(Entry entry, Source source) {
		return new Verdict(Answers.free(entry.label(), source), null);
	}

	private long nanos() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	/** A flight and what it is to find out. */
	private record Item(Flight<VerdictKey, Verdict> flight, Question question) {

		VerdictKey key() {
			return this.question.key();
		}

	}

	/** What is got for one request. */
	private final class Group {

		private final JudgeRequest request;

		private final Listener listener;

		private final @Nullable TraceContext trace;

		private final long deadline;

		private final long claimUntil;

		/** Completes once redis-cache is known to be unavailable. */
		private final Sinks.Empty<Void> unavailable = Sinks.empty();

		Group(JudgeRequest request, Listener listener, @Nullable TraceContext trace) {
			this.request = request;
			this.listener = listener;
			this.trace = trace;
			long within = Purchase.this.properties.judgeWithin().toNanos();
			long now = nanos();
			this.deadline = now + within;
			this.claimUntil = now + within / 2;
		}

		Mono<Void> get(List<Item> items) {
			if (this.request.withoutCache()) {
				return buy(items, List.of());
			}
			items.forEach((item) -> Purchase.this.claiming.put(item.key(), this.unavailable));
			return claim(items, Source.SHARED_CACHE, FIRST_POLL)
				.doFinally((_) -> items.forEach((item) -> Purchase.this.claiming.remove(item.key(), this.unavailable)));
		}

		/** Claims verdicts until it is clear who buys them. */
		private Mono<Void> claim(List<Item> items, Source source, Duration poll) {
			Mono<List<Claim>> unknown = this.unavailable.asMono()
				.then(Mono.fromSupplier(() -> Collections.nCopies(items.size(), UNKNOWN)));
			return Mono.firstWithSignal(unknown, Purchase.this.shared.claim(items.stream().map(Item::key).toList()))
				.flatMap((claims) -> claimed(items, claims, source, poll));
		}

		private Mono<Void> claimed(List<Item> items, List<Claim> claims, Source source, Duration poll) {
			List<Item> bought = new ArrayList<>();
			List<VerdictKey> leases = new ArrayList<>();
			List<Item> taken = new ArrayList<>();
			boolean wait = nanos() < this.claimUntil;
			for (int i = 0; i < items.size(); i++) {
				Item item = items.get(i);
				switch (claims.get(i)) {
					case Claim.Known(Entry entry) -> {
						Purchase.this.near.learn(item.key(), entry);
						item.flight().complete(free(entry, source));
					}
					case Claim.Taken _ when wait -> taken.add(item);
					case Claim.Mine _ -> {
						leases.add(item.key());
						bought.add(item);
					}
					case Claim.Taken _, Claim.Unknown _ -> bought.add(item);
				}
			}
			Mono<Void> buying = bought.isEmpty() ? Mono.empty() : buy(bought, leases);
			if (taken.isEmpty()) {
				return buying;
			}
			Duration next = poll.multipliedBy(2);
			return Mono.when(buying, Mono.delay(poll, Purchase.this.scheduler)
				.takeUntilOther(this.unavailable.asMono())
				.then(Mono.defer(
						() -> claim(taken, Source.FLIGHT, (next.compareTo(LONGEST_POLL) < 0) ? next : LONGEST_POLL))));
		}

		private Mono<Void> buy(List<Item> items, List<VerdictKey> leases) {
			return Mono.defer(() -> {
				List<String> contents = items.stream().map((item) -> item.question().content()).toList();
				List<CompletableFuture<Judgement>> judgements = Purchase.this.batcher
					.submit(new Submission(items.getFirst().question().preference(), contents, this.request.caller(),
							this.request.wantedNanos(), this.deadline, this.trace, this.listener::queued,
							(judgement, index) -> learn(items.get(index).key(), judgement)));
				CompletableFuture<?>[] settled = new CompletableFuture<?>[items.size()];
				for (int i = 0; i < settled.length; i++) {
					Item item = items.get(i);
					settled[i] = judgements.get(i).handle((judgement, fault) -> settle(item, judgement, fault));
				}
				return Mono.fromFuture(CompletableFuture.allOf(settled))
					.doOnCancel(() -> judgements.forEach((judgement) -> judgement.cancel(false)));
			}).doFinally((_) -> leases.forEach(Purchase.this.shared::release));
		}

		private boolean settle(Item item, @Nullable Judgement judgement, @Nullable Throwable fault) {
			if (judgement == null) {
				item.flight().fail((fault != null) ? fault : new IllegalStateException("No judgement and no fault"));
				return false;
			}
			Entry entry = learn(item.key(), judgement);
			item.flight()
				.complete((judgement.costNanos() == 0)
						? new Verdict(Answers.free(entry.label(), Source.MODEL), this.trace)
						: new Verdict(new Judged(entry.label(), Source.MODEL, judgement.costNanos()), this.trace));
			return true;
		}

	}

}
