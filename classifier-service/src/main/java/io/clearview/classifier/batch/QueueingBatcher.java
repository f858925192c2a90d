package io.clearview.classifier.batch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.classifier.batch.Queues.Cause;
import io.clearview.classifier.batch.Queues.Refusal;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.TokenEstimate;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.TraceContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs {@link Queues} and the calls they order. Whatever happens (a post comes, is given
 * up, a call ends, a time is reached) goes through an inbox, so the queues are never
 * touched by two threads at a time. Calls and refusals happen on the scheduler, outside.
 *
 * <p>
 * Time is the scheduler's, counted from the creation of the batcher.
 */
final class QueueingBatcher implements Batcher, Queues.Orders, Queues.Admission {

	private static final Logger log = LoggerFactory.getLogger(QueueingBatcher.class);

	private final Inbox<Event> inbox = new Inbox<>(this::happen);

	private final AtomicLong numbers = new AtomicLong();

	private final BatchProperties limits;

	private final Scheduler scheduler;

	private final BatchMetrics meters;

	private final Queues queues;

	/** Used through the inbox only. */
	private final CallTimes callTimes = new CallTimes();

	/** Used through the inbox only. */
	private final ConcurrencyLimit limit;

	private final DeclineRates declines;

	private final Call call;

	private final long startNanos;

	/**
	 * What a call that is answered takes lately, 0 before there was one. Written through
	 * the inbox only.
	 */
	private volatile long latencyNanos;

	private final Tracing tracing;

	QueueingBatcher(Model model, BatchProperties limits, Scheduler scheduler, MeterRegistry meters, Tracing tracing) {
		this.tracing = tracing;
		this.limits = limits;
		this.scheduler = scheduler;
		this.meters = new BatchMetrics(meters);
		this.limit = new AimdLimit(limits.slots());
		this.queues = new Queues(limits, this, this);
		this.declines = new DeclineRates(() -> scheduler.now(TimeUnit.NANOSECONDS));
		this.call = new Call(model, scheduler, this.meters, this.declines);
		this.startNanos = scheduler.now(TimeUnit.NANOSECONDS);
	}

	@Override
	public List<CompletableFuture<Judgement>> submit(Submission submission) {
		long now = now();
		long left = submission.deadlineNanos() - this.startNanos - now;
		if (left <= 0) {
			ModelException late = noTime();
			return submission.contents().stream().map((_) -> CompletableFuture.<Judgement>failedFuture(late)).toList();
		}
		List<QueuedPost> tickets = tickets(submission, now);
		AtomicInteger open = new AtomicInteger(tickets.size());
		Disposable.Swap timer = Disposables.swap();
		for (QueuedPost ticket : tickets) {
			ticket.judgement().whenComplete((_, fault) -> {
				if (open.decrementAndGet() == 0) {
					timer.dispose();
				}
				if (fault instanceof CancellationException) {
					tell((then) -> this.queues.remove(List.of(ticket), then));
				}
			});
		}
		tell((then) -> {
			this.queues.add(tickets);
			if (open.get() > 0) {
				long expires = left - needed(tickets.getFirst(), then);
				timer.replace(this.scheduler.schedule(() -> expire(tickets, timer), Math.max(expires, 0),
						TimeUnit.NANOSECONDS));
			}
		});
		return tickets.stream().map(QueuedPost::judgement).toList();
	}

	private List<QueuedPost> tickets(Submission submission, long now) {
		long leavesBy = now + longestWaitNanos();
		long needed = submission.wantedNanos() - this.startNanos - this.latencyNanos;
		if (needed >= now) {
			leavesBy = Math.min(leavesBy, needed);
		}
		int posts = submission.contents().size();
		List<QueuedPost> tickets = new ArrayList<>(posts);
		long number = this.numbers.getAndAdd(posts);
		boolean alone = this.declines.isHigh(submission.caller().userId());
		for (int i = 0; i < posts; i++) {
			String content = submission.contents().get(i);
			tickets.add(new QueuedPost(number + i, submission, i, content, TokenEstimate.estimate(content), now,
					leavesBy, alone, new CompletableFuture<>()));
		}
		return tickets;
	}

	/**
	 * Ends what of a request waits in vain, and at its deadline all of it. A request has
	 * one timer at a time.
	 */
	private void expire(List<QueuedPost> tickets, Disposable.Swap timer) {
		long left = tickets.getFirst().deadlineNanos() - this.startNanos - now();
		if (left > 0) {
			tell((now) -> this.queues.expire(tickets, now));
			timer.replace(this.scheduler.schedule(() -> expire(tickets, timer), left, TimeUnit.NANOSECONDS));
			return;
		}
		ModelException late = late();
		List<QueuedPost> expired = new ArrayList<>();
		for (QueuedPost ticket : tickets) {
			if (ticket.judgement().completeExceptionally(late)) {
				expired.add(ticket);
			}
		}
		if (!expired.isEmpty()) {
			tell((now) -> this.queues.remove(expired, now));
		}
	}

	/**
	 * What a call takes lately, but at most three quarters of the time that a post has,
	 * so that one that has just come is always sent.
	 */
	private long needed(QueuedPost post, long now) {
		long whole = post.deadlineNanos() - this.startNanos - post.arrivedNanos();
		return Math.min(this.callTimes.needed(now), whole - whole / 4);
	}

	@Override
	public int calls() {
		return this.limit.calls();
	}

	@Override
	public boolean admits(QueuedPost post, long now) {
		return post.deadlineNanos() - this.startNanos - now > needed(post, now);
	}

	/**
	 * How long a post may wait for company. What waiting saves does not depend on how
	 * quick the model is, but what it costs does: to wait 100 ms for an answer of 80 more
	 * than doubles it. So at most half as long as a call takes, as far as that is known,
	 * but not less than half of the ceiling.
	 */
	private long longestWaitNanos() {
		long ceiling = this.limits.maxWait().toNanos();
		return (this.latencyNanos == 0) ? ceiling : Math.clamp(this.latencyNanos / 2, ceiling / 2, ceiling);
	}

	@Override
	public void leave(List<QueuedPost> batch, Cause cause) {
		long left = now();
		this.meters.left(batch, cause, left);
		Submission last = null;
		for (QueuedPost ticket : batch) {
			// those of one request stand together, and the first waited longest
			if (ticket.submission() != last) {
				last = ticket.submission();
				last.waited().accept(left - ticket.arrivedNanos());
			}
		}
		this.scheduler
			.schedule(() -> traced(batch, cause).doFinally((_) -> tell((now) -> landed(batch, left, now))).subscribe());
	}

	private Mono<Void> traced(List<QueuedPost> batch, Cause cause) {
		Set<TraceContext> served = new LinkedHashSet<>();
		for (QueuedPost ticket : batch) {
			@Nullable TraceContext trace = ticket.submission().trace();
			if (trace != null) {
				served.add(trace);
			}
		}
		return this.tracing.linked("batch", served,
				(span) -> span.tag("posts", batch.size()).tag("cause", cause.name().toLowerCase(Locale.ROOT)),
				this.call.make(batch));
	}

	@Override
	public void refuse(List<QueuedPost> posts, Refusal refusal) {
		this.meters.refused(refusal, posts.size());
		RuntimeException refused = switch (refusal) {
			case QUEUE -> new BatchRefusedException("The queue to the model is full");
			case SHARE -> new BatchRefusedException("The user's share of the queue to the model is full");
			case TIME -> noTime();
		};
		this.scheduler.schedule(() -> posts.forEach((post) -> post.judgement().completeExceptionally(refused)));
	}

	@Override
	public void wake(PreferenceQueue queue, long nanos) {
		if (queue.timer != null) {
			if (queue.wakesNanos <= nanos) {
				return;
			}
			queue.timer.dispose();
		}
		queue.wakesNanos = nanos;
		queue.timer = this.scheduler.schedule(() -> tell((now) -> {
			queue.timer = null;
			this.queues.wake(queue, now);
		}), nanos - now(), TimeUnit.NANOSECONDS);
	}

	private void landed(List<QueuedPost> batch, long left, long now) {
		boolean judged = batch.stream().anyMatch((post) -> post.judgement().state() == State.SUCCESS);
		boolean overloaded = !judged && batch.stream().anyMatch((post) -> isOverload(post.judgement()));
		long took = now - left;
		if (judged) {
			this.latencyNanos += (this.latencyNanos == 0) ? took : (took - this.latencyNanos) / 8;
		}
		if (judged || overloaded) {
			if (judged || took > this.callTimes.needed(now)) {
				// a call that was rejected at once says nothing of what calls take
				this.callTimes.add(took, now);
			}
			this.limit.sample(left, now, this.queues.calls(), overloaded);
		}
		this.queues.landed(now);
	}

	/** Whether a post was not judged because the model has too much to do. */
	private static boolean isOverload(CompletableFuture<Judgement> judgement) {
		return judgement.state() == State.FAILED && judgement.exceptionNow() instanceof ModelException fault
				&& (fault.kind() == Kind.TIMEOUT || fault.fault() == Fault.RATE_LIMIT);
	}

	private void tell(Event event) {
		this.inbox.put(event);
	}

	private void happen(Event event) {
		try {
			event.at(now());
			this.meters.state(this.queues, this.limit.calls());
		}
		catch (RuntimeException | Error ex) {
			log.error("The batcher met a fault of its own", ex);
		}
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS) - this.startNanos;
	}

	private static ModelException noTime() {
		return new ModelException(Fault.NO_TIME, "No time left for a call");
	}

	private static ModelException late() {
		return new ModelException(Kind.TIMEOUT, "No answer by the deadline");
	}

	/** Something that happens to the queues, and when. */
	@FunctionalInterface
	private interface Event {

		void at(long nanos);

	}

}
