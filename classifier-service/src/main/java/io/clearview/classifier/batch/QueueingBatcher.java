package io.clearview.classifier.batch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.classifier.batch.Queues.Cause;
import io.clearview.classifier.batch.Queues.Refusal;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.Tokens;
import io.clearview.classifier.telemetry.QueueTime;
import io.clearview.classifier.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.TraceContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/**
 * Runs {@link Queues} and the calls they order. Whatever happens (a post comes, is given
 * up, a call ends, a time is reached) goes through an inbox, so the queues are never
 * touched by two threads at a time. Calls and refusals happen on the scheduler, outside.
 *
 * <p>
 * Time is the scheduler's, counted from the creation of the batcher.
 */
final class QueueingBatcher implements Batcher, Queues.Orders {

	private static final Logger log = LoggerFactory.getLogger(QueueingBatcher.class);

	private final Inbox<Event> inbox = new Inbox<>(this::happen);

	private final AtomicLong numbers = new AtomicLong();

	private final BatchProperties limits;

	private final Scheduler scheduler;

	private final BatchMeters meters;

	private final Queues queues;

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
		this.meters = new BatchMeters(meters);
		this.queues = new Queues(limits, this);
		this.call = new Call(model, scheduler, this.meters);
		this.startNanos = scheduler.now(TimeUnit.NANOSECONDS);
	}

	@Override
	public Mono<Judgement> submit(String preference, String content, Caller caller, long wantedNanos,
			long deadlineNanos) {
		return Mono.deferContextual((context) -> {
			if (deadlineNanos - this.startNanos <= now()) {
				return Mono.error(late());
			}
			return Mono.fromFuture(queue(preference, content, caller, wantedNanos, deadlineNanos, context));
		});
	}

	private CompletableFuture<Judgement> queue(String preference, String content, Caller caller, long wantedNanos,
			long deadlineNanos, ContextView context) {
		long now = now();
		long leavesBy = now + patienceNanos();
		long needed = wantedNanos - this.startNanos - this.latencyNanos;
		if (needed >= now) {
			leavesBy = Math.min(leavesBy, needed);
		}
		@Nullable Observation asked = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		@Nullable Company company = Company.in(context);
		CompletableFuture<Judgement> answer = new CompletableFuture<>();
		Post post = new Post(this.numbers.incrementAndGet(), preference, content, Tokens.estimate(content),
				caller.userId(), caller.tier(), now, leavesBy, deadlineNanos, asked, QueueTime.in(context), company,
				answer);
		tell((_) -> this.queues.add(post));
		if (company != null) {
			// only now, so that the request is not complete before its last post is
			// queued
			company.arrives(() -> tell((then) -> this.queues.completed(preference, then)));
		}
		Disposable late = this.scheduler.schedule(() -> answer.completeExceptionally(late()),
				deadlineNanos - this.startNanos - now, TimeUnit.NANOSECONDS);
		// only now, so that giving up can never overtake the post
		answer.whenComplete((_, fault) -> {
			late.dispose();
			if (fault != null) {
				tell((then) -> this.queues.remove(post, then));
			}
		});
		return answer;
	}

	/**
	 * How long a post may wait for company. What waiting saves does not depend on how
	 * quick the model is, but what it costs does: to wait 100 ms for an answer of 80 more
	 * than doubles it. So at most half as long as a call takes, as far as that is known,
	 * but not less than half of the ceiling.
	 */
	private long patienceNanos() {
		long ceiling = this.limits.maxWait().toNanos();
		return (this.latencyNanos == 0) ? ceiling : Math.clamp(this.latencyNanos / 2, ceiling / 2, ceiling);
	}

	@Override
	public void leave(List<Post> batch, Cause cause) {
		long left = now();
		this.meters.left(batch, cause, left);
		for (Post post : batch) {
			QueueTime waiting = post.waiting();
			if (waiting != null) {
				waiting.waited(left - post.arrivedNanos());
			}
		}
		this.scheduler
			.schedule(() -> traced(batch, cause).doFinally((_) -> tell((now) -> landed(batch, left, now))).subscribe());
	}

	private Mono<Void> traced(List<Post> batch, Cause cause) {
		Set<TraceContext> served = new LinkedHashSet<>();
		for (Post post : batch) {
			@Nullable TraceContext trace = Tracing.of(post.asked());
			if (trace != null) {
				served.add(trace);
			}
		}
		return this.tracing.linked("batch", served,
				(span) -> span.tag("posts", batch.size()).tag("cause", cause.name().toLowerCase(Locale.ROOT)),
				this.call.make(batch));
	}

	@Override
	public void refuse(Post post, Refusal refusal) {
		this.meters.refused(refusal);
		this.scheduler.schedule(() -> post.answer().completeExceptionally(switch (refusal) {
			case QUEUE -> new BatchRefusedException("The queue to the model is full");
			case SHARE -> new BatchRefusedException("The user's share of the queue to the model is full");
		}));
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

	private void landed(List<Post> batch, long left, long now) {
		if (batch.stream().anyMatch((post) -> post.answer().state() == State.SUCCESS)) {
			long took = now - left;
			this.latencyNanos += (this.latencyNanos == 0) ? took : (took - this.latencyNanos) / 8;
		}
		this.queues.landed(now);
	}

	private void tell(Event event) {
		this.inbox.put(event);
	}

	private void happen(Event event) {
		try {
			event.at(now());
			this.meters.state(this.queues);
		}
		catch (RuntimeException | Error ex) {
			log.error("The batcher met a fault of its own", ex);
		}
	}

	private long now() {
		return this.scheduler.now(TimeUnit.NANOSECONDS) - this.startNanos;
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
