package io.clearview.classifier.model.guard;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.model.DelegatingModel;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.ModelException.Kind;
import io.clearview.classifier.telemetry.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import reactor.core.publisher.Mono;

/** Counts and times the calls to a model, whichever it is. */
public final class MeteredModel extends DelegatingModel {

	private final Timer ok;

	private final Timer cancelled;

	private final Map<Kind, Timer> failed = new EnumMap<>(Kind.class);

	public MeteredModel(Model model, MeterRegistry meters) {
		super(model);
		this.ok = timer(meters, "ok");
		this.cancelled = timer(meters, "cancelled");
		for (Kind kind : Kind.values()) {
			this.failed.put(kind, timer(meters, ModelMetrics.label(kind)));
		}
	}

	private static Timer timer(MeterRegistry meters, String outcome) {
		return Timer.builder(Metrics.MODEL_CALLS)
			.tag("outcome", outcome)
			.serviceLevelObjectives(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200),
					Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5),
					Duration.ofSeconds(7))
			.register(meters);
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return Mono.defer(() -> {
			long start = System.nanoTime();
			return super.judge(preference, posts).doOnSuccess((_) -> record(this.ok, start))
				.doOnError((fault) -> record(timer(fault), start))
				.doOnCancel(() -> record(this.cancelled, start));
		});
	}

	private Timer timer(Throwable fault) {
		Kind kind = (fault instanceof ModelException known) ? known.kind() : Kind.UNAVAILABLE;
		return this.failed.getOrDefault(kind, this.cancelled);
	}

	private static void record(Timer timer, long start) {
		timer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
	}

}
