package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.clearview.classifier.batch.BatchRefusedException;
import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.batch.Company;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.telemetry.Tracing;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.SharedCache.Claim;
import io.clearview.classifier.verdict.SingleFlight.Seat;
import io.micrometer.tracing.TraceContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * Gets a verdict that no cache had: once in this process, and, as long as redis-cache can
 * be reached, once in the fleet. Where another instance is at it, its verdict is waited
 * for; one that dies, or takes more than half of the time there is, is not waited for any
 * longer.
 *
 * <p>
 * A request waits for a redis-cache that hangs once: if it waited for its lookup, it buys
 * without a claim, and so does, from then on, the flight of another that it joins.
 *
 * <p>
 * A verdict is kept even if everyone who asked has gone. What failed is not kept; where
 * an old verdict is known it stands in.
 */
final class Judging {

	private static final Duration FIRST_POLL = Duration.ofMillis(20);

	private static final Duration LONGEST_POLL = Duration.ofMillis(200);

	/** Whatever takes so much longer than it may is ended from outside. */
	private static final Duration GRACE = Duration.ofMillis(100);

	/** Flights a caller starts or joins until it accepts that the queue has no room. */
	private static final int MOST_FLIGHTS = 3;

	private static final Claim UNKNOWN = new Claim.Unknown();

	private final SingleFlight<VerdictKey, Verdict> flights = new SingleFlight<>();

	/** Flights that ask redis-cache, and how to tell them that it is out. */
	private final ConcurrentMap<VerdictKey, Sinks.One<Claim>> claiming = new ConcurrentHashMap<>();

	private final VerdictProperties properties;

	private final Ages ages;

	private final NearCache near;

	private final SharedCache shared;

	private final Batcher batcher;

	private final Scheduler scheduler;

	private final VerdictMeters meters;

	private final Tracing tracing;

	Judging(VerdictProperties properties, Ages ages, NearCache near, SharedCache shared, Batcher batcher,
			Scheduler scheduler, VerdictMeters meters, Tracing tracing) {
		this.properties = properties;
		this.ages = ages;
		this.near = near;
		this.shared = shared;
		this.batcher = batcher;
		this.scheduler = scheduler;
		this.meters = meters;
		this.tracing = tracing;
		meters.flights(this.flights::size);
	}

	Mono<Outcome> judge(Question question) {
		return judge(question, MOST_FLIGHTS);
	}

	private Mono<Outcome> judge(Question question, int flightsLeft) {
		return Mono.deferContextual((context) -> {
			Duration patience = Duration.ofNanos(question.deadlineNanos() - nanos());
			if (!patience.isPositive() || this.flights.size() >= this.properties.flights()) {
				Company.misses(context);
				return Mono.just(without(question.key(),
						patience.isPositive() ? Reason.MODEL_OVERLOADED : Reason.MODEL_TIMEOUT));
			}
			Seat<Verdict> seat = this.flights.board(question.key(), flight(question, context));
			if (!seat.first()) {
				Company.misses(context);
				this.meters.joined();
				if (question.withoutCache()) {
					goAlone(question.key());
				}
			}
			return seat.result()
				.timeout(patience, this.scheduler)
				.<Outcome>map((verdict) -> seat.first() ? verdict.answer() : joined(verdict, context))
				.onErrorResume((fault) -> {
					if (fault instanceof BatchRefusedException && !seat.first() && flightsLeft > 1) {
						// the queue has no room for the first caller's tier or share;
						// it may have for this one's
						return judge(question, flightsLeft - 1).contextWrite(Company::without);
					}
					return Mono.just(without(question.key(), reason(fault)));
				});
		});
	}

	private Judged joined(Verdict verdict, ContextView context) {
		this.tracing.joined(context, verdict.trace());
		return Answers.free(verdict.label(), Source.FLIGHT);
	}

	/** What is done for all who ask the same, beginning with {@code question}. */
	private Mono<Verdict> flight(Question question, ContextView context) {
		VerdictKey key = question.key();
		return Mono.defer(() -> {
			// between a caller's look into the cache and its flight another may have
			// landed
			long now = this.ages.now();
			Entry entry = this.near.get(key);
			if (entry != null && this.ages.isFresh(key, entry, now)) {
				Company.misses(context);
				return Mono.just(new Verdict(entry.label(), Source.NEAR_CACHE, 0, null));
			}
			long deadline = nanos() + this.properties.judgeWithin().toNanos();
			if (question.withoutCache()) {
				return buy(question, deadline, context);
			}
			long patience = nanos() + this.properties.judgeWithin().toNanos() / 2;
			Sinks.One<Claim> alone = Sinks.one();
			this.claiming.put(key, alone);
			return claim(question, alone.asMono(), Source.SHARED_CACHE, FIRST_POLL, patience, deadline)
				.doFinally((_) -> this.claiming.remove(key, alone));
		}).timeout(this.properties.judgeWithin().plus(GRACE), this.scheduler).contextWrite(context);
	}

	/** Who knows that redis-cache is out makes the others on its flight know. */
	private void goAlone(VerdictKey key) {
		Sinks.One<Claim> alone = this.claiming.get(key);
		if (alone != null) {
			alone.tryEmitValue(UNKNOWN);
		}
	}

	/**
	 * Claims a verdict until it is clear who buys it.
	 * @param alone emits once redis-cache is known to be out, and need not be waited for
	 */
	private Mono<Verdict> claim(Question question, Mono<Claim> alone, Source source, Duration poll, long patience,
			long deadline) {
		Mono<Claim> asked = Mono.firstWithSignal(alone, this.shared.claim(question.key()));
		return Mono.deferContextual((context) -> asked.flatMap((claim) -> switch (claim) {
			case Claim.Known(Entry entry) -> {
				notQueued(source, context);
				this.near.learn(question.key(), entry);
				yield Mono.just(new Verdict(entry.label(), source, 0, null));
			}
			case Claim.Taken _ when nanos() < patience -> {
				notQueued(source, context);
				Duration next = poll.multipliedBy(2);
				yield Mono.delay(poll, this.scheduler)
					.takeUntilOther(alone)
					.then(Mono.defer(() -> claim(question, alone, Source.FLIGHT,
							(next.compareTo(LONGEST_POLL) < 0) ? next : LONGEST_POLL, patience, deadline)));
			}
			case Claim.Mine _ -> buy(question, deadline, context).doFinally((_) -> this.shared.release(question.key()));
			case Claim.Taken _, Claim.Unknown _ -> buy(question, deadline, context);
		}));
	}

	/** The rest of a request need not wait for a post that comes late or never. */
	private static void notQueued(Source source, ContextView context) {
		if (source == Source.SHARED_CACHE) {
			Company.misses(context);
		}
	}

	private Mono<Verdict> buy(Question question, long deadline, ContextView context) {
		return this.batcher
			.submit(question.preference(), question.content(), question.caller(), question.wantedNanos(), deadline)
			.map((judgement) -> {
				Entry entry = new Entry(judgement.label(), this.ages.now());
				this.near.learn(question.key(), entry);
				this.shared.learn(question.key(), entry);
				return new Verdict(judgement.label(), Source.MODEL, judgement.costNanos(), Tracing.of(context));
			});
	}

	/** The answer where none was got. */
	private Outcome without(VerdictKey key, Reason reason) {
		Entry entry = this.near.get(key);
		if (entry != null && this.ages.isUsable(entry, this.ages.now())) {
			this.meters.stale();
			return Answers.free(entry.label(), Source.STALE);
		}
		return new FailedOpen(reason);
	}

	private long nanos() {
		return this.scheduler.now(TimeUnit.NANOSECONDS);
	}

	private static Reason reason(Throwable fault) {
		return switch (fault) {
			case TimeoutException _ -> Reason.MODEL_TIMEOUT;
			case BatchRefusedException _ -> Reason.MODEL_OVERLOADED;
			case ModelException model -> switch (model.kind()) {
				case TIMEOUT -> Reason.MODEL_TIMEOUT;
				case UNAVAILABLE -> Reason.MODEL_UNAVAILABLE;
				case BUDGET -> Reason.MODEL_BUDGET;
				case GARBAGE -> Reason.MODEL_INVALID_ANSWER;
			};
			default -> Reason.MODEL_UNAVAILABLE;
		};
	}

	/** What a flight brought, and the trace in which it was bought, if it was. */
	private record Verdict(Label label, Source source, long costNanos, @Nullable TraceContext trace) {

		Judged answer() {
			return (this.costNanos == 0) ? Answers.free(this.label, this.source)
					: new Judged(this.label, this.source, this.costNanos);
		}

	}

}
