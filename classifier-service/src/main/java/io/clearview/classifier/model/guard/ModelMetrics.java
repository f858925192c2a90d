package io.clearview.classifier.model.guard;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.model.guard.BudgetReservation.Limit;
import io.clearview.classifier.telemetry.Metrics;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a guarded model does. Every label it will ever have is there from the
 * start.
 */
final class ModelMetrics {

	private static final double NANOS = 1e9;

	private final Timer ok;

	private final Timer cancelled;

	private final Map<Kind, Timer> failed = new EnumMap<>(Kind.class);

	private final Map<Limit, Counter> refused = new EnumMap<>(Limit.class);

	private final Counter refusedByBreaker;

	private final Counter refusedByDeadline;

	private final Counter refusedByKeys;

	private final Counter retries;

	private final Counter prompt;

	private final Counter cached;

	private final Counter completion;

	ModelMetrics(MeterRegistry meters) {
		this.ok = tries(meters, "ok");
		this.cancelled = tries(meters, "cancelled");
		for (Kind kind : new Kind[] { Kind.TIMEOUT, Kind.UNAVAILABLE, Kind.GARBAGE, Kind.DECLINED }) {
			this.failed.put(kind, tries(meters, label(kind)));
		}
		for (Limit limit : Limit.values()) {
			this.refused.put(limit, refused(meters, label(limit)));
		}
		this.refusedByBreaker = refused(meters, "breaker");
		this.refusedByDeadline = refused(meters, "deadline");
		this.refusedByKeys = refused(meters, "keys");
		this.retries = meters.counter(Metrics.MODEL_RETRIES);
		this.prompt = meters.counter(Metrics.MODEL_TOKENS, "kind", "prompt");
		this.cached = meters.counter(Metrics.MODEL_TOKENS, "kind", "cached");
		this.completion = meters.counter(Metrics.MODEL_TOKENS, "kind", "completion");
	}

	/** Shows what the parts of a guarded model say of themselves. */
	static void watch(MeterRegistry meters, CircuitBreaker breaker, SharedBudget budget, GuardProperties limits) {
		Gauge.builder(Metrics.BREAKER_OPEN, breaker, (it) -> (it.getState() == State.OPEN) ? 1 : 0)
			.tag("name", "model")
			.register(meters);
		Gauge.builder(Metrics.MODEL_COST_CAP, limits, GuardProperties::dailyCap).baseUnit("usd").register(meters);
		Gauge.builder(Metrics.MODEL_COST_TODAY, budget, (it) -> usd(it.use().spentNanos()))
			.baseUnit("usd")
			.register(meters);
		used(meters, "cost", budget, (it) -> share(it.use().spentNanos(), limits.dailyCapNanos()));
		used(meters, "requests", budget, (it) -> share(it.use().requests(), limits.requestsPerMinute()));
		used(meters, "tokens", budget, (it) -> share(it.use().tokens(), limits.tokensPerMinute()));
	}

	/**
	 * A try has ended.
	 * @param failure whose fault it was, {@code null} if it was answered
	 */
	void tried(long nanos, @Nullable Fault failure) {
		Timer timer = (failure == null) ? this.ok : this.failed.getOrDefault(failure.kind(), this.cancelled);
		timer.record(nanos, TimeUnit.NANOSECONDS);
	}

	void cancelled(long nanos) {
		this.cancelled.record(nanos, TimeUnit.NANOSECONDS);
	}

	void refused(Limit limit) {
		Counter counter = this.refused.get(limit);
		if (counter != null) {
			counter.increment();
		}
	}

	void refusedByBreaker() {
		this.refusedByBreaker.increment();
	}

	void refusedByDeadline() {
		this.refusedByDeadline.increment();
	}

	void refusedByKeys() {
		this.refusedByKeys.increment();
	}

	void retried() {
		this.retries.increment();
	}

	void took(TokenUsage usage) {
		this.prompt.increment((double) (usage.prompt() - usage.cached()));
		this.cached.increment((double) usage.cached());
		this.completion.increment((double) usage.completion());
	}

	private static Timer tries(MeterRegistry meters, String outcome) {
		return meters.timer(Metrics.MODEL_TRIES, "outcome", outcome);
	}

	private static Counter refused(MeterRegistry meters, String by) {
		return meters.counter(Metrics.MODEL_REFUSED, "by", by);
	}

	private static void used(MeterRegistry meters, String limit, SharedBudget budget,
			ToDoubleFunction<SharedBudget> share) {
		Gauge.builder(Metrics.MODEL_BUDGET_USED, budget, share).tag("limit", limit).register(meters);
	}

	private static double usd(long nanos) {
		return nanos / NANOS;
	}

	private static double share(long used, long limit) {
		return (limit == 0) ? 0 : used / (double) limit;
	}

	static String label(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT);
	}

}
