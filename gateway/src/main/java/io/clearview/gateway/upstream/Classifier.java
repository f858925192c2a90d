package io.clearview.gateway.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The classifier's instances, and which of them receives the next request: of two picked
 * at random the one with fewer requests in flight. An instance that hangs collects
 * requests and so is avoided before a probe has found it; one that is down is not picked
 * as long as another is up.
 * <p>
 * The last instance is never taken out: where all are down, they are still tried, a few
 * requests at a time, so that a classifier that is back is used at once.
 *
 * @see <a href="https://doi.org/10.1109/71.963420">Mitzenmacher, The power of two choices
 * in randomized load balancing</a>
 */
@Component
public final class Classifier {

	private static final Logger log = LoggerFactory.getLogger(Classifier.class);

	/** By base URL, in the order configured; changed under this object's lock only. */
	private final Map<URI, List<Instance>> byUrl = new LinkedHashMap<>();

	private final int timeoutsUntilDown;

	private volatile List<Instance> instances = List.of();

	Classifier(ClassifierProperties properties, MeterRegistry meters) {
		properties.urls().forEach((url) -> this.byUrl.put(url, List.of(new Instance(url, null))));
		this.instances = flatten();
		this.timeoutsUntilDown = properties.probe().failures();
		Gauge.builder(Metrics.CLASSIFIER_INSTANCES, this, Classifier::up).tag("state", "up").register(meters);
		Gauge.builder(Metrics.CLASSIFIER_INSTANCES, this, (classifier) -> classifier.instances.size() - classifier.up())
			.tag("state", "down")
			.register(meters);
	}

	private List<Instance> flatten() {
		return this.byUrl.values().stream().flatMap(List::stream).toList();
	}

	/** Whether any instance is up. */
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

	/**
	 * Replaces the instances of a base URL by one for each address. Those whose address
	 * is known already stay as they are. An empty list changes nothing: a name service
	 * that fails must not take the classifier away.
	 * @return the instances that are gone; requests in flight on them may still end
	 */
	synchronized List<Instance> resolved(URI url, Collection<InetAddress> addresses) {
		List<Instance> before = this.byUrl.getOrDefault(url, List.of());
		if (addresses.isEmpty()) {
			return List.of();
		}
		List<Instance> gone = new ArrayList<>(before);
		List<Instance> now = new ArrayList<>();
		List<Instance> added = new ArrayList<>();
		for (InetAddress address : addresses) {
			Instance known = null;
			for (Instance instance : before) {
				known = address.equals(instance.address().getAddress()) ? instance : known;
			}
			if (known == null) {
				known = new Instance(url, address);
				added.add(known);
			}
			gone.remove(known);
			now.add(known);
		}
		if (!gone.isEmpty() || !added.isEmpty()) {
			this.byUrl.put(url, List.copyOf(now));
			this.instances = flatten();
			log.info("Classifier {} now has {} addresses: added {}, removed {}", url, now.size(), added, gone);
		}
		return gone;
	}

	/**
	 * An instance that is not among those tried: one that is up, else one that is down
	 * and allows a trial; null when there is none.
	 */
	@Nullable Instance pick(Collection<Instance> tried) {
		Instance up = pick(tried, true);
		return (up != null) ? up : pick(tried, false);
	}

	private @Nullable Instance pick(Collection<Instance> tried, boolean wantUp) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		Instance first = null;
		Instance second = null;
		int seen = 0;
		for (Instance instance : this.instances) {
			if (instance.isUp() != wantUp || tried.contains(instance) || !(wantUp || instance.allowsTrial())) {
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

	/**
	 * Whether an instance began to refuse connections less than that time ago, as while
	 * its process is replaced: waiting a moment may be worth it.
	 */
	boolean isRestarting(long forLessThanNanos) {
		long now = System.nanoTime();
		for (Instance instance : this.instances) {
			if (instance.isRefusingSince(now, forLessThanNanos)) {
				return true;
			}
		}
		return false;
	}

	/** It accepted a connection. */
	void connected(Instance instance) {
		if (instance.connected()) {
			log.info("Classifier instance {} accepts connections again", instance);
		}
	}

	/** It sent a response of any kind. */
	void responded(Instance instance) {
		if (instance.responded()) {
			log.info("Classifier instance {} responds again", instance);
		}
	}

	/** It refused a connection. */
	void refused(Instance instance) {
		if (instance.refused()) {
			log.warn("Classifier instance {} refuses connections and is used only if no other is up", instance);
		}
	}

	/** A connection to it timed out. */
	void unreachable(Instance instance) {
		timedOut(instance, 1);
	}

	/** It did not respond to a probe. */
	void silent(Instance instance) {
		timedOut(instance, this.timeoutsUntilDown);
	}

	private void timedOut(Instance instance, int limit) {
		if (instance.timedOut(limit)) {
			log.warn("Classifier instance {} does not respond and is used only if no other is up", instance);
		}
	}

}
