package io.clearview.classifier.model.guard;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;

import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.GuardedModel.Time;
import io.clearview.kit.redis.Redis;
import io.micrometer.core.instrument.MeterRegistry;
import reactor.core.scheduler.Schedulers;

/** Puts guards around a provider's model. */
public final class Guards {

	private Guards() {
	}

	/**
	 * The guarded model.
	 * @param state where the fleet's budgets are
	 */
	public static Model around(Provider provider, GuardProperties limits, Redis state, MeterRegistry meters) {
		Time time = new Time(Schedulers.parallel(), Clock.systemUTC(), System::nanoTime,
				() -> ThreadLocalRandom.current().nextDouble());
		return around(provider, limits, state, meters, time);
	}

	static Model around(Provider provider, GuardProperties limits, Redis state, MeterRegistry meters, Time time) {
		SharedBudget budget = new SharedBudget(state, provider.name(), limits, new LocalBudget(limits, time.clock()));
		ModelBreaker breaker = new ModelBreaker(provider.name(), limits, time.clock());
		ModelMetrics.watch(meters, breaker.breaker(), budget, limits);
		Model guarded = new GuardedModel(provider, limits, budget, breaker, new ModelMetrics(meters), time);
		return new MeteredModel(new SplittingModel(guarded, provider, time.nanos()), meters);
	}

}
