package io.clearview.classifier.model.guard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.BudgetReservation.Granted;
import io.clearview.classifier.model.guard.GuardedModel.Time;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Time that passes when it is told to, and guards that live in it. */
public final class VirtualTime {

	private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");

	private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

	private CircuitBreaker breaker = CircuitBreaker.ofDefaults("none");

	public Clock clock() {
		InstantSource wall = () -> START.plusMillis(this.scheduler.now(TimeUnit.MILLISECONDS));
		return wall.withZone(ZoneOffset.UTC);
	}

	/** How much has passed. */
	public Duration now() {
		return Duration.ofMillis(this.scheduler.now(TimeUnit.MILLISECONDS));
	}

	public void pass(Duration time) {
		this.scheduler.advanceTimeBy(time);
	}

	/** All guards around a provider; the budget grants everything. */
	public Model guard(Provider provider, GuardProperties limits, MeterRegistry meters) {
		ModelBreaker guard = new ModelBreaker(provider.name(), limits, clock());
		this.breaker = guard.breaker();
		Time time = new Time(this.scheduler, clock(), () -> this.scheduler.now(TimeUnit.NANOSECONDS), () -> 0.5);
		return new SplittingModel(
				new GuardedModel(provider, limits, new Unlimited(), guard, new ModelMetrics(meters), time), provider,
				time.nanos());
	}

	/** Whether the circuit breaker of the last guard never rejected a call. */
	public boolean isBreakerClosed() {
		return this.breaker.getState() == CircuitBreaker.State.CLOSED
				&& this.breaker.getMetrics().getNumberOfNotPermittedCalls() == 0;
	}

	private static final class Unlimited implements Budget {

		@Override
		public Mono<BudgetReservation> reserve(long tokens, long costNanos, boolean again) {
			return Mono.just(new Granted(0, 0, true, again, tokens, costNanos));
		}

		@Override
		public void settle(Granted reservation, int requests, long tokens, long costNanos) {
		}

	}

}
