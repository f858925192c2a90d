package io.clearview.classifier.model.guard;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

import io.clearview.classifier.model.Deadline;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.guard.BudgetReservation.Granted;
import io.clearview.classifier.model.guard.BudgetReservation.Limit;
import io.clearview.classifier.model.guard.BudgetReservation.Refused;
import io.clearview.kit.telemetry.DroppedErrors;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import reactor.util.retry.Retry.RetrySignal;

/**
 * A provider's model behind its guards. From outside in: what the breaker would refuse
 * costs nothing; the daily cap and the fleet's budget are reserved for each try and
 * settled after it; the breaker; retries with full jitter, inside the deadline and the
 * fleet's retry budget; the time-out of a try.
 */
final class GuardedModel implements Model {

	private static final Logger log = LoggerFactory.getLogger(GuardedModel.class);

	static {
		// a call may fail after its caller has left or its deadline is over
		DroppedErrors.log((thrown) -> thrown instanceof ProviderException || thrown instanceof ModelException);
	}

	/** With less time than this left, a try is not begun. */
	private static final Duration SHORTEST_TRY = Duration.ofMillis(100);

	/**
	 * A call ends so long before its deadline, or its caller would end it first and
	 * nobody would know how it was.
	 */
	private static final Duration MARGIN = Duration.ofMillis(25);

	/**
	 * So often a call is tried after the daily cap was reached, or while all keys cool
	 * down.
	 */
	private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

	private final Provider provider;

	private final GuardProperties limits;

	private final Budget budget;

	private final ModelBreaker breaker;

	private final ModelMetrics meters;

	private final Time time;

	/** What was found to refuse all calls. */
	private volatile @Nullable Known refusing;

	/** The last day on which the cap was reported to be reached. */
	private final AtomicLong capReported = new AtomicLong();

	GuardedModel(Provider provider, GuardProperties limits, Budget budget, ModelBreaker breaker, ModelMetrics meters,
			Time time) {
		this.provider = provider;
		this.limits = limits;
		this.budget = budget;
		this.breaker = breaker;
		this.meters = meters;
		this.time = time;
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return Mono.deferContextual((context) -> {
			long now = this.time.nanos().getAsLong();
			long latest = now + this.limits.deadline().toNanos();
			long deadline = Deadline.in(context, latest) - MARGIN.toNanos();
			return new Call(preference, posts, (deadline - latest < 0) ? deadline : latest).run();
		}).onErrorMap(GuardedModel::fault);
	}

	private static ModelException fault(Throwable fault) {
		return switch (fault) {
			case ModelException known -> known;
			case ProviderException failed -> new ModelException(failed.fault(), String.valueOf(failed.getMessage()));
			case CallNotPermittedException _ -> breakerOpen();
			default -> new ModelException(Fault.UNEXPECTED, "unexpected " + fault.getClass().getName(), fault);
		};
	}

	private static ModelException breakerOpen() {
		return new ModelException(Fault.BREAKER_OPEN, "circuit breaker is open");
	}

	/** The breaker is open, or the cap or the API keys were found to refuse all calls. */
	@Override
	public @Nullable Fault refusal() {
		if (this.breaker.refuses()) {
			return Fault.BREAKER_OPEN;
		}
		Known refusing = this.refusing;
		return (refusing != null && refusing.until() - this.time.nanos().getAsLong() > 0) ? refusing.fault() : null;
	}

	@Override
	public void spared(Fault refusal) {
		switch (refusal) {
			case BREAKER_OPEN -> this.meters.refusedByBreaker();
			case BUDGET -> this.meters.refused(Limit.COST);
			case KEYS_COOLING -> this.meters.refusedByKeys();
			default -> {
			}
		}
	}

	/**
	 * All calls are refused for that long, at most until it is time to look again.
	 */
	private void refusing(Fault fault, Duration rest) {
		Duration until = (rest.compareTo(LOOK_AGAIN) < 0) ? rest : LOOK_AGAIN;
		this.refusing = new Known(fault, this.time.nanos().getAsLong() + until.toNanos());
	}

	@Override
	public String name() {
		return this.provider.name();
	}

	@Override
	public String promptVersion() {
		return this.provider.promptVersion();
	}

	private Mono<Granted> reserve(TokenUsage estimate, boolean again) {
		return this.budget.reserve(estimate.total(), this.provider.costNanos(estimate), again)
			.flatMap((reservation) -> switch (reservation) {
				case Granted granted -> Mono.just(granted);
				case Refused(Limit limit) -> Mono.error(refused(limit));
			});
	}

	private ModelException refused(Limit limit) {
		this.meters.refused(limit);
		if (limit == Limit.COST) {
			refusing(Fault.BUDGET, LOOK_AGAIN);
		}
		long day = this.time.clock().millis() / Duration.ofDays(1).toMillis();
		if (limit == Limit.COST && this.capReported.getAndSet(day) != day) {
			log.warn(
					"model {}: the daily cap of {} US dollars is reached; until 00:00 UTC posts are answered without it",
					name(), this.limits.dailyCap());
		}
		return new ModelException(Fault.BUDGET, "budget is spent: " + limit);
	}

	/**
	 * What time it is, and chance.
	 *
	 * @param scheduler of waits and time-outs
	 * @param clock of the wall
	 * @param nanos of deadlines, as {@link System#nanoTime()}
	 * @param chance uniform from 0 to 1
	 */
	record Time(Scheduler scheduler, Clock clock, LongSupplier nanos, DoubleSupplier chance) {
	}

	/**
	 * Why all calls are refused.
	 *
	 * @param until on the clock of {@link Time#nanos()}
	 */
	private record Known(Fault fault, long until) {
	}

	/** One call with its tries. */
	private final class Call {

		private final String preference;

		private final List<String> posts;

		private final long deadline;

		private final TokenUsage estimate;

		/** Reserved for the next try and not yet used. */
		private final AtomicReference<@Nullable Granted> reserved = new AtomicReference<>();

		/** The first failure of this call that is the provider's own. */
		private volatile @Nullable ProviderException providers;

		private int retries;

		Call(String preference, List<String> posts, long deadline) {
			this.preference = preference;
			this.posts = posts;
			this.deadline = deadline;
			this.estimate = GuardedModel.this.provider.estimate(preference, posts);
		}

		Mono<List<Judgement>> run() {
			if (GuardedModel.this.breaker.refuses()) {
				GuardedModel.this.meters.refusedByBreaker();
				return Mono.error(breakerOpen());
			}
			if (left().compareTo(SHORTEST_TRY) < 0) {
				GuardedModel.this.meters.refusedByDeadline();
				return Mono.error(new ModelException(Fault.NO_TIME, "no time left for a call"));
			}
			Duration cooldown = GuardedModel.this.provider.cooldown();
			if (!cooldown.isZero()) {
				return afterCooldown(cooldown);
			}
			return reserve(this.estimate, false).doOnNext(this.reserved::set)
				.then(Mono.defer(this::attempt)
					.retryWhen(Retry.from((failures) -> failures.concatMap(this::again)))
					.onErrorMap(ProviderException.class, this::countable)
					.transformDeferred(CircuitBreakerOperator.of(GuardedModel.this.breaker.breaker()))
					.doOnError(CallNotPermittedException.class, (_) -> GuardedModel.this.meters.refusedByBreaker()))
				.doOnCancel(this::givenUp)
				.doFinally((_) -> giveBack())
				.map(this::judgements);
		}

		/** Waits for an API key if there is time, and begins anew. */
		private Mono<List<Judgement>> afterCooldown(Duration cooldown) {
			if (left().minus(cooldown).compareTo(SHORTEST_TRY) < 0) {
				GuardedModel.this.meters.refusedByKeys();
				refusing(Fault.KEYS_COOLING, cooldown.minus(GuardedModel.this.limits.deadline()));
				return Mono.error(new ModelException(Fault.KEYS_COOLING, "all API keys cool down"));
			}
			return Mono.delay(wait(0, cooldown), GuardedModel.this.time.scheduler()).then(Mono.defer(this::run));
		}

		/**
		 * A last try that is cut short does not hide that one before it failed by the
		 * provider's fault.
		 */
		private ProviderException countable(ProviderException last) {
			ProviderException providers = this.providers;
			return (last.fault() == Fault.CUT_SHORT && providers != null) ? providers : last;
		}

		/** Giving up after the provider has failed says something of its health. */
		private void givenUp() {
			Throwable failure = this.providers;
			if (failure != null) {
				GuardedModel.this.breaker.breaker().onError(0, TimeUnit.NANOSECONDS, failure);
			}
		}

		private Duration left() {
			return Duration.ofNanos(this.deadline - GuardedModel.this.time.nanos().getAsLong());
		}

		private Mono<ProviderResponse> attempt() {
			Granted granted = this.reserved.getAndSet(null);
			if (granted == null) {
				return Mono.error(new IllegalStateException("a try without a reservation"));
			}
			Attempt attempt = new Attempt(granted);
			Duration left = left();
			boolean isShort = left.compareTo(GuardedModel.this.limits.timeout()) < 0;
			Duration timeout = isShort ? left : GuardedModel.this.limits.timeout();
			ProviderException late = new ProviderException(isShort ? Fault.CUT_SHORT : Fault.TIMEOUT, Duration.ZERO, 1,
					TokenUsage.NONE, "no answer within " + timeout.toMillis() + " ms");
			return GuardedModel.this.provider.ask(this.preference, this.posts)
				.doOnNext((answer) -> attempt.took(answer.requests(), answer.usage()))
				.doOnError(ProviderException.class, (failed) -> attempt.took(failed.requests(), failed.usage()))
				.timeout(timeout, Mono.error(late), GuardedModel.this.time.scheduler())
				.doOnNext((_) -> attempt.ended(null))
				.doOnError((fault) -> attempt
					.ended((fault instanceof ProviderException failed) ? failed.fault() : Fault.UNEXPECTED))
				.doOnCancel(attempt::cancelled);
		}

		/**
		 * Lets the next try begin, after its wait, or ends the call with the last
		 * failure.
		 */
		private Mono<?> again(RetrySignal signal) {
			Throwable failure = signal.failure();
			if (!(failure instanceof ProviderException failed)) {
				return Mono.error(failure);
			}
			if (failed.fault().countsForBreaker() && this.providers == null) {
				this.providers = failed;
			}
			boolean unsent = failed.requests() == 0;
			if (!isWorthAnotherTry(failed.fault())
					|| (!unsent && this.retries++ >= GuardedModel.this.limits.retries())) {
				return Mono.error(failure);
			}
			Duration wait = wait(Math.max(0, this.retries - 1), failed.retryAfter());
			if (left().minus(wait).compareTo(SHORTEST_TRY) < 0) {
				GuardedModel.this.meters.refusedByDeadline();
				return Mono.error(failure);
			}
			return Mono.delay(wait, GuardedModel.this.time.scheduler())
				.then(reserve(this.estimate, !unsent))
				.onErrorMap((_) -> failure)
				.doOnNext(this.reserved::set);
		}

		private boolean isWorthAnotherTry(Fault fault) {
			return switch (fault.then()) {
				case RETRY, NEXT_KEY, WAIT -> true;
				case SPLIT, ASK_AGAIN, ADAPT, FAIL -> false;
			};
		}

		private Duration wait(long retries, Duration retryAfter) {
			long most = GuardedModel.this.limits.retryBackoff().toMillis() << retries;
			Duration jittered = Duration.ofMillis((long) (GuardedModel.this.time.chance().getAsDouble() * most));
			return retryAfter.plus(jittered);
		}

		private void giveBack() {
			Granted unused = this.reserved.getAndSet(null);
			if (unused != null) {
				GuardedModel.this.budget.settle(unused, 0, 0, 0);
			}
		}

		private List<Judgement> judgements(ProviderResponse answer) {
			long cost = GuardedModel.this.provider.costNanos(answer.usage());
			List<Judgement> judgements = new ArrayList<>(answer.labels().size());
			long items = answer.labels().size();
			answer.labels().forEach((index, label) -> {
				long before = judgements.size();
				long share = cost * (before + 1) / items - cost * before / items;
				judgements.add(new Judgement(index, label, share));
			});
			return judgements;
		}

	}

	/** One try: what it took is settled once, whatever becomes of it. */
	private final class Attempt {

		private final Granted granted;

		private final long start = GuardedModel.this.time.nanos().getAsLong();

		private final AtomicBoolean settled = new AtomicBoolean();

		private final AtomicBoolean over = new AtomicBoolean();

		Attempt(Granted granted) {
			this.granted = granted;
		}

		void took(int requests, TokenUsage usage) {
			if (this.settled.compareAndSet(false, true)) {
				if (requests > 0) {
					made();
				}
				GuardedModel.this.meters.took(usage);
				GuardedModel.this.budget.settle(this.granted, requests, usage.total(),
						GuardedModel.this.provider.costNanos(usage));
			}
		}

		void ended(@Nullable Fault failure) {
			if (this.over.compareAndSet(false, true)) {
				GuardedModel.this.meters.tried(nanos(), failure);
				estimateStands();
			}
		}

		void cancelled() {
			if (this.over.compareAndSet(false, true)) {
				GuardedModel.this.meters.cancelled(nanos());
				estimateStands();
			}
		}

		/** If it was given up, nobody knows what it took. */
		private void estimateStands() {
			if (this.settled.compareAndSet(false, true)) {
				made();
			}
		}

		private void made() {
			if (this.granted.again()) {
				GuardedModel.this.meters.retried();
			}
		}

		private long nanos() {
			return GuardedModel.this.time.nanos().getAsLong() - this.start;
		}

	}

}
