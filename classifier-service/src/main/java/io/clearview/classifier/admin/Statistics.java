package io.clearview.classifier.admin;

import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.wire.Timestamps;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/**
 * Every metric of this instance as JSON, for an operator without a dashboard, and what is
 * asked most on top: the hit rate, and what it costs and saves.
 */
final class Statistics {

	private static final String PREFIX = "clearview.";

	private final JsonFactory json = new JsonFactory();

	private final MeterRegistry meters;

	private final Clock clock;

	Statistics(MeterRegistry meters, Clock clock) {
		this.meters = meters;
		this.clock = clock;
	}

	void write(OutputStream to) {
		Map<String, List<Meter>> byName = new TreeMap<>();
		for (Meter meter : this.meters.getMeters()) {
			String name = meter.getId().getName();
			if (name.startsWith(PREFIX)) {
				byName.computeIfAbsent(name, (_) -> new ArrayList<>()).add(meter);
			}
		}
		double cached = posts("cached");
		double answered = cached + posts("classified");
		double spent = sum(Metrics.COST_SPENT);
		double unoptimised = sum(Metrics.COST_UNOPTIMISED);
		try (JsonGenerator out = this.json.createGenerator(to)) {
			out.writeStartObject();
			out.writeBooleanProperty("success", true);
			out.writeStringProperty("timestamp", Timestamps.format(this.clock.instant()));
			out.writeNumberProperty("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0);
			out.writeNumberProperty("cacheHitRate", (answered > 0) ? cached / answered : 0);
			out.writeObjectPropertyStart("costUsd");
			out.writeNumberProperty("spent", spent);
			out.writeNumberProperty("unoptimised", unoptimised);
			out.writeNumberProperty("avoided", unoptimised - spent);
			out.writeEndObject();
			out.writeObjectPropertyStart("metrics");
			byName.forEach((name, ofName) -> {
				out.writeArrayPropertyStart(name.substring(PREFIX.length()));
				ofName.forEach((meter) -> write(meter, out));
				out.writeEndArray();
			});
			out.writeEndObject();
			out.writeEndObject();
		}
	}

	private static void write(Meter meter, JsonGenerator out) {
		out.writeStartObject();
		for (Tag tag : meter.getId().getTags()) {
			out.writeStringProperty(tag.getKey(), tag.getValue());
		}
		for (Measurement measurement : meter.measure()) {
			double value = measurement.getValue();
			if (Double.isFinite(value)) {
				out.writeNumberProperty(measurement.getStatistic().name().toLowerCase(Locale.ROOT), value);
			}
		}
		out.writeEndObject();
	}

	private double posts(String result) {
		Counter counter = this.meters.find(Metrics.POSTS).tag("result", result).counter();
		return (counter != null) ? counter.count() : 0;
	}

	private double sum(String name) {
		return this.meters.find(name).counters().stream().mapToDouble(Counter::count).sum();
	}

}
