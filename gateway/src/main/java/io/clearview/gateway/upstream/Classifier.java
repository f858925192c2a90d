package io.clearview.gateway.upstream;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The classifier's instances, and which of them is asked next: of two picked at random
 * the one with fewer requests under way. An instance that hangs collects requests and so
 * is avoided before anybody has noticed; one that is gone is not picked.
 *
 * @see <a href="https://doi.org/10.1109/71.963420">Mitzenmacher, The power of two choices
 * in randomized load balancing</a>
 */
@Component
public final class Classifier {

	private static final Logger log = LoggerFactory.getLogger(Classifier.class);

	private final List<Instance> instances;

	private final int failuresUntilGone;

	Classifier(ClassifierProperties properties, MeterRegistry meters) {
		this.instances = properties.urls().stream().map(Instance::new).toList();
		this.failuresUntilGone = properties.probe().failures();
		Gauge.builder(Metrics.CLASSIFIER_INSTANCES, this, Classifier::up).tag("state", "up").register(meters);
		Gauge.builder(Metrics.CLASSIFIER_INSTANCES, this, (classifier) -> classifier.instances.size() - classifier.up())
			.tag("state", "down")
			.register(meters);
	}

	/** Whether any instance is thought to answer. */
	public boolean isReachable() {
		for (Instance instance : this.instances) {
			if (instance.isUp()) {
				return true;
			}
		}
		return false;
	}

	private long up() {
		return this.instances.stream().filter(Instance::isUp).count();
	}

	List<Instance> instances() {
		return this.instances;
	}

	/** An instance that is up and not among those tried; null when there is none. */
	@Nullable Instance pick(Collection<Instance> tried) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		Instance first = null;
		Instance second = null;
		int seen = 0;
		for (Instance instance : this.instances) {
			if (!instance.isUp() || tried.contains(instance)) {
				continue;
			}
			seen++;
			// a sample of two, each pair equally likely
			if (seen == 1) {
				first = instance;
			}
			else if (seen == 2) {
				second = instance;
			}
			else {
				int place = random.nextInt(seen);
				if (place == 0) {
					first = instance;
				}
				else if (place == 1) {
					second = instance;
				}
			}
		}
		if (first == null || second == null) {
			return first;
		}
		int difference = first.inFlight() - second.inFlight();
		return (difference < 0 || (difference == 0 && random.nextBoolean())) ? first : second;
	}

	/** An answer of any kind came from it. */
	void answered(Instance instance) {
		if (instance.answered()) {
			log.info("Classifier instance {} answers again", instance);
		}
	}

	/** It did not take a connection. */
	void refused(Instance instance) {
		if (instance.failed(1)) {
			log.warn("Classifier instance {} takes no connections and is not asked until it does", instance);
		}
	}

	/** It did not answer a probe. */
	void silent(Instance instance) {
		if (instance.failed(this.failuresUntilGone)) {
			log.warn("Classifier instance {} does not answer and is not asked until it does", instance);
		}
	}

}
