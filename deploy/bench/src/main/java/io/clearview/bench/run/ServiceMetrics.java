package io.clearview.bench.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.clearview.bench.measure.Metrics;

/** What the services' own metrics say, by the names they have there. */
final class ServiceMetrics {

	private static final List<String> LAYERS = List.of("near_cache", "shared_cache", "flight", "stale", "model");

	private ServiceMetrics() {
	}

	/** Posts by where their verdict came from. */
	static Map<String, Double> layers(Metrics classifier) {
		Map<String, Double> layers = new LinkedHashMap<>();
		for (String layer : LAYERS) {
			layers.put(layer, classifier.sum("clearview_verdicts_total", "source=\"" + layer + "\""));
		}
		return layers;
	}

	/** What the model's calls cost, in US dollars. */
	static double dollars(Metrics classifier) {
		return classifier.sum("clearview_model_cost_dollars_total");
	}

}
