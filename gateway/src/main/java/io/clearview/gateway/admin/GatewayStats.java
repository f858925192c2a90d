package io.clearview.gateway.admin;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;

import org.springframework.stereotype.Component;

/**
 * What this instance has counted since it started: every metric of our own, by name, but
 * for what has not happened yet.
 */
@Component
final class GatewayStats {

	private static final String PREFIX = "clearview.";

	private final MeterRegistry meters;

	GatewayStats(MeterRegistry meters) {
		this.meters = meters;
	}

	/** Metric name to its values, each with its labels. */
	Map<String, Object> now() {
		Map<String, List<Map<String, Object>>> byName = new TreeMap<>();
		for (Meter meter : this.meters.getMeters()) {
			if (meter.getId().getName().startsWith(PREFIX) && !isAtZero(meter)) {
				byName.computeIfAbsent(meter.getId().getName().substring(PREFIX.length()), (_) -> new ArrayList<>())
					.add(values(meter));
			}
		}
		Map<String, Object> stats = new LinkedHashMap<>();
		stats.put("uptimeSeconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
		stats.putAll(byName);
		return stats;
	}

	private static boolean isAtZero(Meter meter) {
		return meter instanceof Counter counter && counter.count() == 0;
	}

	private static Map<String, Object> values(Meter meter) {
		Map<String, Object> values = new LinkedHashMap<>();
		for (Tag tag : meter.getId().getTags()) {
			values.put(tag.getKey(), tag.getValue());
		}
		for (Measurement measurement : meter.measure()) {
			double value = measurement.getValue();
			if (Double.isFinite(value)) {
				values.put(measurement.getStatistic().getTagValueRepresentation(), value);
			}
		}
		return values;
	}

}
