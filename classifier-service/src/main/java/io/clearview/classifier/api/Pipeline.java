package io.clearview.classifier.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

import io.clearview.classifier.cost.CostMetrics;
import io.clearview.classifier.cost.SpendShares;
import io.clearview.classifier.error.ApiException;
import io.clearview.classifier.error.ErrorCode;
import io.clearview.classifier.error.ErrorResponses;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.WarmUpIdentity;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.quota.QuotaService;
import io.clearview.classifier.quota.Reservation;
import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.quota.Usage;
import io.clearview.classifier.telemetry.LogFields;
import io.clearview.classifier.telemetry.RequestJournal;
import io.clearview.classifier.telemetry.RequestReport;
import io.clearview.classifier.telemetry.RequestReport.ModelStatus;
import io.clearview.classifier.verdict.JudgeRequest;
import io.clearview.classifier.verdict.Outcome;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Fallback;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.Question;
import io.clearview.classifier.verdict.Verdicts;
import io.clearview.classifier.verdict.Verdicts.Known;
import io.clearview.kit.telemetry.EventLimiter;
import io.clearview.kit.telemetry.Tracing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.Sinks;

/**
 * The way of a request: reserve quota and look verdicts up, both at once; have the rest
 * judged; give back what was not; answer.
 * <p>
 * While nothing can be judged, because the model is out, its budget is spent, or the
 * caller's share of that while others want theirs, the order is another: verdicts are
 * looked up first and only what has one is charged, so that such a request costs no more
 * than one of cached posts.
 * <p>
 * Every post of a request counts towards the quota, cached or not, as the contract has
 * it. One that is pending at the caller's deadline stays charged, or a caller without
 * patience could have the model judge any number of posts; asking for it again is free.
 * <p>
 * A request whose caller goes away runs to its end all the same: what is judged stays
 * charged and is cached, the rest is given back. Only where too many posts are judged for
 * nobody it ends at once, and what is being judged stays charged.
 * <p>
 * A caller's deadline counts from the arrival of the request's head here. What it spent
 * on its way, also in the gateway, is not known and not taken off: it is a few
 * milliseconds where all is well, and where it is not, the gateway's own limits bound it.
 * The quota is always waited for, and bounded by the time-out of redis-state; everything
 * after it ends by the deadline.
 */
final class Pipeline {

	/** No post waits longer for the model, however long its caller waits. */
	static final Duration DEADLINE = Duration.ofSeconds(7);

	/** Kept of a caller's deadline for giving back and writing the answer. */
	private static final Duration ANSWERING = Duration.ofMillis(15);

	private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

	private final EventLimiter faults = new EventLimiter(1);

	private final QuotaService quotas;

	private final Verdicts verdicts;

	private final CostMetrics costs;

	private final SpendShares shares;

	private final Background background;

	private final Tracing tracing;

	private final RequestJournal journal;

	Pipeline(QuotaService quotas, Verdicts verdicts, CostMetrics costs, SpendShares shares, Background background,
			Tracing tracing, RequestJournal journal) {
		this.quotas = quotas;
		this.verdicts = verdicts;
		this.costs = costs;
		this.shares = shares;
		this.background = background;
		this.tracing = tracing;
		this.journal = journal;
	}

	/**
	 * Answers a request. Errors with {@link ApiException} when no post may be judged.
	 */
	Mono<ClassifyResponse> answer(Caller caller, ClassifyRequest request, RequestReport report) {
		return Mono.deferContextual((context) -> {
			Sinks.Empty<Void> abandoned = Sinks.empty();
			CompletableFuture<@Nullable Signal<ClassifyResponse>> running = run(caller, request, report,
					abandoned.asMono())
				.materialize()
				.contextWrite(context)
				.toFuture();
			return Mono.fromFuture(running, true).<ClassifyResponse>dematerialize().doOnCancel(() -> {
				if (!this.background.goesOn(running, request.posts().size())) {
					abandoned.tryEmitEmpty();
				}
			});
		});
	}

	private Mono<ClassifyResponse> run(Caller caller, ClassifyRequest request, RequestReport report,
			Mono<Void> abandoned) {
		return Mono.defer(() -> {
			List<Question> asked = this.verdicts.ask(request.preference(), request.contents());
			String idempotencyKey = IdempotencyKeys.of(request.idempotencyKey(), asked);
			long begun = System.nanoTime();
			Mono<Known> known = this.tracing.span("look verdicts up",
					this.verdicts.lookup(asked, wantedNanos(request, report.startNanos()))
						.doOnNext((_) -> report.cacheTook(System.nanoTime() - begun)));
			Reason refusal = this.shares.isOver(caller) ? Reason.MODEL_BUDGET : this.verdicts.refusal();
			if (refusal != null) {
				return known.flatMap((verdicts) -> new Run(caller, request, asked, report, verdicts, abandoned)
					.answerWithoutModel(refusal, idempotencyKey));
			}
			Mono<Reservation> reserved = this.tracing.span("reserve quota",
					this.quotas.reserve(caller, names(asked), idempotencyKey)
						.doOnNext((_) -> report.quotaTook(System.nanoTime() - begun)));
			return Mono.zip(reserved, known)
				.flatMap((both) -> new Run(caller, request, asked, report, both.getT2(), abandoned)
					.answer(both.getT1()));
		});
	}

	/** Until when verdicts are waited for, so that the answer is in time. */
	private static long wantedNanos(ClassifyRequest request, long start) {
		Integer deadlineMs = request.deadlineMs();
		if (deadlineMs == null) {
			return start + DEADLINE.toNanos();
		}
		long deadline = TimeUnit.MILLISECONDS.toNanos(deadlineMs);
		return start + deadline - Math.min(ANSWERING.toNanos(), deadline / 4);
	}

	private static List<String> names(List<Question> asked) {
		return asked.stream().map((one) -> one.key().toString()).toList();
	}

	private static ApiException refusal(Reservation reservation) {
		Usage usage = reservation.usage();
		if (reservation.bound() == Bound.DAY) {
			Duration untilReset = Duration.ofMillis(usage.dailyResetAt() - usage.now());
			return new ApiException(ErrorCode.QUOTA_EXCEEDED,
					"The " + usage.limits().daily() + " posts of today are used up", untilReset,
					Instant.ofEpochMilli(usage.dailyResetAt()));
		}
		return new ApiException(ErrorCode.BURST_LIMIT_EXCEEDED,
				"More than " + usage.limits().burst() + " posts in 60 seconds",
				Duration.ofMillis(Math.max(1, usage.burstFirst() - usage.now())), null);
	}

	/** One request on its way. */
	private final class Run implements JudgeRequest.Listener {

		private final Caller caller;

		private final ClassifyRequest request;

		private final List<Question> asked;

		private final long start;

		private final RequestReport report;

		/** Completes if judging is to end because the caller has left. */
		private final Mono<Void> abandoned;

		private final boolean withoutCache;

		private final AtomicReferenceArray<@Nullable Outcome> outcomes;

		private final List<Integer> missing = new ArrayList<>();

		/** The longest wait of its posts for their batch to leave. */
		private final AtomicLong queuedNanos = new AtomicLong();

		/** Posts that are granted and hold nothing to judge. */
		private final BitSet blank = new BitSet();

		/** Posts that this request is charged for. */
		private final BitSet charged = new BitSet();

		/**
		 * The caller has left, and this request does not wait for what is being judged.
		 */
		private volatile boolean left;

		/** Judging that goes on after the response; null if there was no room for it. */
		private volatile @Nullable Mono<Void> background;

		Run(Caller caller, ClassifyRequest request, List<Question> asked, RequestReport report, Known known,
				Mono<Void> abandoned) {
			this.caller = caller;
			this.request = request;
			this.asked = asked;
			this.start = report.startNanos();
			this.report = report;
			this.abandoned = abandoned;
			this.withoutCache = known.withoutCache();
			this.outcomes = new AtomicReferenceArray<>(asked.size());
			for (int i = 0; i < asked.size(); i++) {
				Judged cached = known.verdicts().get(i);
				if (cached != null) {
					this.outcomes.set(i, cached);
				}
				else if (asked.get(i).content().isBlank()) {
					// nothing to judge, so nothing to hide
					this.outcomes.set(i, new Judged(Label.ALLOW, Source.MODEL, 0));
					this.blank.set(i);
				}
				else {
					this.missing.add(i);
				}
			}
		}

		/** Has judged what is missing of the posts that {@code reservation} granted. */
		Mono<ClassifyResponse> answer(Reservation reservation) {
			if (reservation.granted() == 0) {
				return Mono.error(refusal(reservation));
			}
			reserved(reservation, IntStream.range(0, this.asked.size()).boxed().toList());
			this.missing.removeIf((index) -> this.outcomes.get(index) != null);
			return this.missing.isEmpty() ? finish(reservation) : judge().then(Mono.defer(() -> finish(reservation)));
		}

		/**
		 * Answers from what is known, while nothing can be judged. Only posts that have a
		 * label are charged, so that nothing is given back.
		 */
		Mono<ClassifyResponse> answerWithoutModel(Reason reason, @Nullable String idempotencyKey) {
			Mono<Void> standingIn = this.missing.isEmpty() ? Mono.empty()
					: Pipeline.this.verdicts.standIn(judgeRequest(), reason, this).onErrorResume((fault) -> {
						failOpen(fault);
						return Mono.empty();
					});
			Pipeline.this.shares.refused(this.caller, this.missing.size());
			return standingIn.then(Mono.defer(() -> {
				List<Integer> labelled = IntStream.range(0, this.asked.size())
					.filter((index) -> this.outcomes.get(index) instanceof Judged)
					.boxed()
					.toList();
				long begun = System.nanoTime();
				Mono<Reservation> reserving = labelled.isEmpty()
						? Pipeline.this.quotas.reserveNone(this.caller, names(this.asked), idempotencyKey)
						: Pipeline.this.quotas.reserve(this.caller,
								names(labelled.stream().map(this.asked::get).toList()), idempotencyKey);
				return Pipeline.this.tracing
					.span("reserve quota", reserving.doOnNext((_) -> this.report.quotaTook(System.nanoTime() - begun)))
					.flatMap((reservation) -> {
						reserved(reservation, labelled);
						if (reservation.granted() > 0 || reservation.bound() == Bound.NONE) {
							return finish(reservation);
						}
						return isChargedAlready(labelled, idempotencyKey)
							.flatMap((charged) -> charged ? finish(reservation) : Mono.error(refusal(reservation)));
					});
			}));
		}

		/**
		 * Whether the request is to be answered though no post that has a label is
		 * granted: if its first posts are charged already, as where the model works.
		 */
		private Mono<Boolean> isChargedAlready(List<Integer> labelled, @Nullable String idempotencyKey) {
			return (labelled.size() == this.asked.size()) ? Mono.just(false)
					: Pipeline.this.quotas.reserveNone(this.caller, names(this.asked), idempotencyKey)
						.map((reservation) -> reservation.granted() > 0 || reservation.bound() == Bound.NONE);
		}

		/**
		 * Notes which posts are charged, and which are over a limit.
		 * @param posts that the reservation is for
		 */
		private void reserved(Reservation reservation, List<Integer> posts) {
			Outcome over = new FailedOpen(
					(reservation.bound() == Bound.DAY) ? Reason.QUOTA_EXCEEDED : Reason.BURST_LIMIT_EXCEEDED);
			for (int i = 0; i < posts.size(); i++) {
				int post = posts.get(i);
				if (i >= reservation.granted()) {
					this.outcomes.set(post, over);
					this.blank.clear(post);
				}
				else if (reservation.isCharged(i)) {
					this.charged.set(post);
				}
			}
		}

		private Mono<Void> judge() {
			long begun = System.nanoTime();
			JudgeRequest unknown = judgeRequest();
			long estimate = Pipeline.this.shares.isOn() ? this.missing.stream().mapToLong(this::aloneNanos).sum() : 0;
			Mono<Void> judging = Pipeline.this.tracing.span("judge", Mono.defer(() -> {
				Pipeline.this.shares.begun(this.caller, estimate);
				return Pipeline.this.verdicts.judge(unknown, this);
			}).onErrorResume((fault) -> {
				failOpen(fault);
				return Mono.empty();
			}))
				.takeUntilOther(this.abandoned.doOnSuccess((_) -> this.left = true))
				.doFinally((_) -> Pipeline.this.shares.ended(this.caller, estimate));
			Mono<Void> waiting = (this.request.deadlineMs() == null) ? judging
					: Pipeline.this.background.waitFor(judging, this.missing.size(),
							Duration.ofNanos(wantedNanos() - System.nanoTime()),
							(running) -> this.background = running);
			return waiting.doOnTerminate(() -> {
				this.report.modelTook(System.nanoTime() - begun);
				this.report.queueTook(this.queuedNanos.get());
			});
		}

		private JudgeRequest judgeRequest() {
			return new JudgeRequest(this.missing.stream().map(this.asked::get).toList(), this.caller, wantedNanos(),
					this.start + DEADLINE.toNanos(), this.withoutCache);
		}

		@Override
		public void judged(int index, Outcome outcome) {
			this.outcomes.set(this.missing.get(index), outcome);
			if (outcome instanceof Judged judged) {
				Pipeline.this.costs.spent(this.caller.tier(), judged.costNanos());
				Pipeline.this.shares.spent(this.caller, judged.costNanos());
			}
			else if (Pipeline.this.shares.isOn() && mayHaveCost(outcome)) {
				Pipeline.this.shares.spent(this.caller, aloneNanos(this.missing.get(index)));
			}
		}

		@Override
		public void queued(long nanos) {
			this.queuedNanos.accumulateAndGet(nanos, Math::max);
		}

		private long wantedNanos() {
			return Pipeline.wantedNanos(this.request, this.start);
		}

		/** A bug in there must not become a 500, which every client sends again. */
		private void failOpen(Throwable fault) {
			if (Pipeline.this.faults.pass() >= 0) {
				log.atError()
					.addKeyValue(LogFields.CORRELATION_ID, this.caller.correlationId())
					.setCause(ErrorResponses.withoutMessage(fault))
					.log("Fault while judging the posts of a request");
			}
			for (int index : this.missing) {
				this.outcomes.compareAndSet(index, null, new FailedOpen(Reason.MODEL_UNAVAILABLE));
			}
		}

		private Mono<ClassifyResponse> finish(Reservation reservation) {
			@Nullable Outcome[] outcomes = new @Nullable Outcome[this.asked.size()];
			int unjudged = 0;
			List<Integer> pending = new ArrayList<>();
			Mono<Void> background = this.background;
			for (int i = 0; i < outcomes.length; i++) {
				outcomes[i] = this.outcomes.get(i);
				if (outcomes[i] instanceof Judged) {
					Question one = this.asked.get(i);
					Pipeline.this.costs.answered(this.caller.tier(), one.preference(), one.content());
				}
				else if (outcomes[i] == null && background != null) {
					pending.add(i);
				}
				else if (this.charged.get(i) && !isDeclined(outcomes[i]) && !(this.left && outcomes[i] == null)) {
					unjudged++;
				}
			}
			List<@Nullable Outcome> settled = Collections.unmodifiableList(Arrays.asList(outcomes));
			if (background != null && !pending.isEmpty()) {
				Usage usage = reservation.usage();
				Usage rest = (unjudged > 0) ? usage.without(unjudged) : usage;
				return take(reservation, pending, unjudged, background)
					.then(Mono.fromSupplier(() -> answer(settled, rest)));
			}
			if (unjudged == 0) {
				return Mono.just(answer(settled, reservation.usage()));
			}
			long begun = System.nanoTime();
			return giveBack(reservation, unjudged).map((usage) -> {
				this.report.quotaTook(System.nanoTime() - begun);
				return answer(settled, usage);
			});
		}

		/**
		 * Keeps the charge of posts that are pending, and once they are through gives
		 * back all of the request that was not judged, in one step because a reservation
		 * can be given back once only. Completes when they are remembered as charged, or
		 * the deadline is over.
		 */
		private Mono<Void> take(Reservation reservation, List<Integer> pending, int unjudged, Mono<Void> background) {
			Mono<Void> taken = Pipeline.this.quotas
				.take(reservation, names(pending.stream().map(this.asked::get).toList()))
				.cache();
			taken.then(background).then(Mono.defer(() -> {
				List<Question> failed = new ArrayList<>();
				int posts = unjudged;
				for (int index : pending) {
					Outcome outcome = this.outcomes.get(index);
					if (!(outcome instanceof Judged) && !isDeclined(outcome)) {
						failed.add(this.asked.get(index));
						posts += this.charged.get(index) ? 1 : 0;
					}
				}
				if (failed.isEmpty() && posts == 0) {
					return Mono.empty();
				}
				return failed.isEmpty() ? Pipeline.this.quotas.giveBack(reservation, posts).then()
						: Pipeline.this.quotas.giveBackPending(reservation, posts, names(failed));
			})).subscribe();
			return taken.timeout(Duration.ofNanos(Math.max(deadlineLeftNanos(), ANSWERING.toNanos())), Mono.empty());
		}

		/**
		 * The model may have been asked and gave no label: what that cost is not known.
		 */
		private static boolean mayHaveCost(Outcome outcome) {
			return switch (outcome) {
				case FailedOpen(Reason reason, boolean sent) -> sent && mayHaveCost(reason);
				case Fallback(Label _, Reason reason, boolean sent) -> sent && mayHaveCost(reason);
				case Judged _ -> false;
			};
		}

		private static boolean mayHaveCost(Reason reason) {
			return reason == Reason.MODEL_DECLINED || reason == Reason.MODEL_INVALID_ANSWER
					|| reason == Reason.MODEL_TIMEOUT;
		}

		private long aloneNanos(int index) {
			Question one = this.asked.get(index);
			return Pipeline.this.costs.alone(one.preference(), one.content());
		}

		/** The model was asked and declined: that is charged. */
		private static boolean isDeclined(@Nullable Outcome outcome) {
			return outcome instanceof FailedOpen(Reason reason, boolean _) && reason == Reason.MODEL_DECLINED;
		}

		private long deadlineLeftNanos() {
			Integer deadlineMs = this.request.deadlineMs();
			return (deadlineMs == null) ? 0
					: this.start + TimeUnit.MILLISECONDS.toNanos(deadlineMs) - System.nanoTime();
		}

		/** Not waited for beyond the deadline, but done. */
		private Mono<Usage> giveBack(Reservation reservation, int posts) {
			Mono<Usage> given = Pipeline.this.quotas.giveBack(reservation, posts);
			Integer deadlineMs = this.request.deadlineMs();
			if (deadlineMs == null) {
				return given;
			}
			Mono<Usage> giving = given.cache();
			giving.subscribe();
			return giving.timeout(Duration.ofNanos(Math.max(deadlineLeftNanos(), ANSWERING.toNanos())),
					Mono.fromSupplier(() -> reservation.usage().without(posts)));
		}

		private ClassifyResponse answer(List<@Nullable Outcome> settled, Usage usage) {
			ClassifyResponse answer = new ClassifyResponse(this.request.posts(), settled, this.blank.cardinality(),
					usage, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.start));
			tell(answer);
			return answer;
		}

		private void tell(ClassifyResponse answer) {
			int pending = 0;
			boolean failedOpen = false;
			boolean stale = false;
			for (Outcome outcome : answer.outcomes()) {
				switch (outcome) {
					case FailedOpen(Reason reason, boolean _) -> {
						failedOpen = true;
						this.report.failedOpen(reason.name());
					}
					case Fallback _ -> failedOpen = true;
					case Judged judged -> stale |= judged.source() == Source.STALE;
					case null -> pending++;
				}
			}
			int classified = answer.classified();
			this.report.posts(this.asked.size(), answer.cached(), classified, pending, this.blank.cardinality());
			this.report.quotaLeft(answer.usage().dailyRemaining(), answer.usage().limits().daily());
			this.report.model(failedOpen ? ModelStatus.FAILED_OPEN
					: stale ? ModelStatus.STALE : (classified > 0) ? ModelStatus.OK : ModelStatus.NONE);
			if (!this.caller.userId().equals(WarmUpIdentity.USER)) {
				Pipeline.this.journal.answered(this.report);
			}
		}

	}

}
