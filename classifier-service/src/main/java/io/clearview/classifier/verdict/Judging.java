package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.clearview.classifier.batch.BatchRefusedException;
import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.SureLabels;
import io.clearview.classifier.verdict.JudgeRequest.Listener;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Fallback;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.SingleFlight.Flight;
import io.clearview.classifier.verdict.SingleFlight.Ticket;
import io.clearview.kit.telemetry.Tracing;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * Gets the verdicts of a request that no cache had. Posts that another request is having
 * judged at the moment share its result; a {@link Purchase} gets the others, together.
 * Each request has one timer. Where no verdict is got, an old one stands in if there is
 * one.
 */
final class Judging {

	/** It is not known whether the model was asked. */
	private static final FailedOpen LATE = new FailedOpen(Reason.MODEL_TIMEOUT, true);

	/** Flights a caller starts or joins until it accepts that the queue has no room. */
	private static final int MOST_FLIGHTS = 3;

	private final SingleFlight<VerdictKey, Verdict> flights = new SingleFlight<>();

	private final Model model;

	private final VerdictProperties properties;

	private final Ages ages;

	private final NearCache near;

	private final Purchase purchase;

	private final Scheduler scheduler;

	private final VerdictMetrics meters;

	private final Tracing tracing;

	private final @Nullable SureLabels fallback;

	Judging(Model model, VerdictProperties properties, Ages ages, NearCache near, SharedCache shared,
			VerdictArchive archive, Batcher batcher, Scheduler scheduler, VerdictMetrics meters, Tracing tracing,
			@Nullable SureLabels fallback) {
		this.model = model;
		this.properties = properties;
		this.ages = ages;
		this.near = near;
		this.purchase = new Purchase(properties, ages, near, shared, archive, batcher, scheduler);
		this.scheduler = scheduler;
		this.meters = meters;
		this.tracing = tracing;
		this.fallback = fallback;
		meters.flights(this.flights::size);
	}

	Mono<Void> judge(JudgeRequest request, Listener listener) {
		return Mono.deferContextual((context) -> new Waiter(request, listener, context).start());
	}

	/** Settles all posts at once, for {@code reason}. */
	Mono<Void> standIn(JudgeRequest request, Reason reason, Listener listener) {
		return Mono.deferContextual((context) -> {
			List<Question> questions = request.questions();
			return this.model
				.judgeWithoutCall(questions.getFirst().preference(), questions.stream().map(Question::content).toList())
				.flatMap((labels) -> new Waiter(request, listener, context).giveUp(labels, reason));
		});
	}

	/** The outcome where no verdict was got. */
	private Outcome without(VerdictKey key, FailedOpen failed) {
		Entry entry = this.near.get(key);
		if (entry != null && this.ages.isUsable(entry, this.ages.now())) {
			this.meters.stale();
			return Answers.free(entry.label(), Source.STALE);
		}
		return failed;
	}

	/**
	 * The label that stands in for one that was not got: computation, some microseconds.
	 */
	private Outcome standIn(SureLabels labels, Question question, FailedOpen failed) {
		Label label = labels.of(question.preference(), question.content());
		if (label == null) {
			return failed;
		}
		this.meters.fallback();
		return new Fallback(label, failed.reason(), failed.sent());
	}

	private static FailedOpen failed(Throwable fault) {
		return switch (fault) {
			case TimeoutException _ -> LATE;
			case BatchRefusedException _ -> new FailedOpen(Reason.MODEL_OVERLOADED);
			case ModelException model -> new FailedOpen(reason(model.kind()), model.fault().sent());
			default -> new FailedOpen(Reason.MODEL_UNAVAILABLE, true);
		};
	}

	/** What users are told of a fault of the model. */
	static Reason reason(Kind kind) {
		return switch (kind) {
			case TIMEOUT -> Reason.MODEL_TIMEOUT;
			case UNAVAILABLE -> Reason.MODEL_UNAVAILABLE;
			case BUDGET -> Reason.MODEL_BUDGET;
			case GARBAGE -> Reason.MODEL_INVALID_ANSWER;
			case DECLINED -> Reason.MODEL_DECLINED;
		};
	}

	/** One request that waits for its verdicts. */
	private final class Waiter {

		private final JudgeRequest request;

		private final Listener listener;

		private final ContextView context;

		private final Sinks.Empty<Void> done = Sinks.empty();

		private final Disposable.Swap timer = Disposables.swap();

		/** Guarded by itself. */
		private final BitSet settled = new BitSet();

		private int unpublished;

		Waiter(JudgeRequest request, Listener listener, ContextView context) {
			this.request = request;
			this.listener = listener;
			this.context = context;
			this.unpublished = request.questions().size();
		}

		/**
		 * Completes when each post has its outcome, without a call to the model.
		 * @param labels that took none
		 */
		Mono<Void> giveUp(List<Judgement> labels, Reason reason) {
			for (Judgement label : labels) {
				Entry entry = Judging.this.purchase.learnFree(this.request.questions().get(label.index()).key(), label);
				settle(label.index(), Answers.free(entry.label(), Source.MODEL));
			}
			for (int index = 0; index < this.request.questions().size(); index++) {
				settle(index, new FailedOpen(reason));
			}
			return this.done.asMono();
		}

		/** Completes when each post has its outcome. */
		Mono<Void> start() {
			List<Integer> all = IntStream.range(0, this.request.questions().size()).boxed().toList();
			long left = this.request.deadlineNanos() - Judging.this.scheduler.now(TimeUnit.NANOSECONDS);
			if (left <= 0) {
				all.forEach((index) -> settle(index, new FailedOpen(Reason.MODEL_TIMEOUT)));
				return this.done.asMono();
			}
			join(all, MOST_FLIGHTS);
			if (!isDone()) {
				this.timer.update(Judging.this.scheduler.schedule(() -> all.forEach((index) -> settle(index, LATE)),
						left, TimeUnit.NANOSECONDS));
				if (isDone()) {
					this.timer.dispose();
				}
			}
			return this.done.asMono().doOnCancel(this.timer::dispose);
		}

		private void join(List<Integer> wanted, int flightsLeft) {
			int room = Math.clamp((long) Judging.this.properties.flights() - Judging.this.flights.size(), 0,
					wanted.size());
			wanted.subList(room, wanted.size())
				.forEach((index) -> settle(index, new FailedOpen(Reason.MODEL_OVERLOADED)));
			List<Integer> posts = wanted.subList(0, room);
			List<Question> questions = posts.stream().map(this.request.questions()::get).toList();
			List<Ticket<VerdictKey, Verdict>> tickets = new ArrayList<>(questions.size());
			List<Flight<VerdictKey, Verdict>> begun = new ArrayList<>(questions.size());
			for (Question question : questions) {
				var ticket = Judging.this.flights.join(question.key());
				tickets.add(ticket);
				if (ticket.isFirst()) {
					begun.add(ticket.flight());
				}
			}
			if (!begun.isEmpty()) {
				Judging.this.flights.start(begun,
						(flights) -> Judging.this.purchase
							.of(flights, questions, this.request, this.listener, this.context)
							.contextWrite(this.context));
			}
			for (int i = 0; i < tickets.size(); i++) {
				var ticket = tickets.get(i);
				int index = posts.get(i);
				if (!ticket.isFirst()) {
					Judging.this.meters.joined();
					if (this.request.withoutCache()) {
						Judging.this.purchase.withoutClaim(questions.get(i).key());
					}
				}
				ticket.result()
					.whenComplete((verdict, fault) -> flown(index, ticket.isFirst(), flightsLeft, verdict, fault));
			}
		}

		private void flown(int index, boolean first, int flightsLeft, @Nullable Verdict verdict,
				@Nullable Throwable fault) {
			if (verdict != null) {
				settle(index, first ? verdict.judged() : joined(verdict));
			}
			else if (fault instanceof BatchRefusedException && !first && flightsLeft > 1 && isOpen(index)) {
				// the queue has no room for the first caller's tier or share; it may have
				// for this one's
				join(List.of(index), flightsLeft - 1);
			}
			else if (fault != null) {
				settle(index, failed(fault));
			}
		}

		private Outcome joined(Verdict verdict) {
			Judging.this.tracing.joined(this.context, verdict.trace());
			return Answers.free(verdict.judged().label(), Source.FLIGHT);
		}

		private boolean isOpen(int index) {
			synchronized (this.settled) {
				return !this.settled.get(index);
			}
		}

		private boolean isDone() {
			synchronized (this.settled) {
				return this.unpublished == 0;
			}
		}

		private void settle(int index, FailedOpen fault) {
			if (!isOpen(index)) {
				return;
			}
			Question question = this.request.questions().get(index);
			Outcome outcome = without(question.key(), fault);
			SureLabels labels = Judging.this.fallback;
			// a post that was declined is charged: its label is not free
			if (labels == null || fault.reason() == Reason.MODEL_DECLINED || !(outcome instanceof FailedOpen failed)) {
				settle(index, outcome);
				return;
			}
			Mono.fromCallable(() -> standIn(labels, question, failed))
				.subscribeOn(Judging.this.scheduler)
				.onErrorReturn(failed)
				.subscribe((label) -> settle(index, label));
		}

		private void settle(int index, Outcome outcome) {
			synchronized (this.settled) {
				if (this.settled.get(index)) {
					return;
				}
				this.settled.set(index);
			}
			try {
				this.listener.judged(index, outcome);
			}
			finally {
				boolean last;
				synchronized (this.settled) {
					last = --this.unpublished == 0;
				}
				if (last) {
					this.timer.dispose();
					this.done.tryEmitEmpty();
				}
			}
		}

	}

}
