package io.clearview.bench.run;

import java.util.LinkedHashMap;
import java.util.Map;

import io.clearview.bench.measure.ScrapedMetrics;

/** What the services' own metrics say, by the names they have there. */
final class ServiceMetrics {

	static final String NEAR = "near cache";

	static final String SHARED = "shared cache";

	static final String FLIGHT = "in flight";

	static final String STALE = "stale";

	static final String UNJUDGED = "unjudged";

	static final String MODEL = "model";

	private ServiceMetrics() {
	}

	/**
	 * Posts by where their verdict came from. What no cache had was being asked already,
	 * here or by another instance, was answered by an old verdict, could not be judged,
	 * or else was the model's.
	 */
	static Map<String, Double> layers(ScrapedMetrics classifier) {
		double flight = classifier.sum("clearview_verdict_joined_total")
				+ classifier.sum("clearview_verdict_claims_total", "result=\"known\"");
		double stale = classifier.sum("clearview_verdict_stale_total");
		double unjudged = classifier.sum("clearview_posts_failed_open_total");
		Map<String, Double> layers = new LinkedHashMap<>();
		layers.put(NEAR, classifier.sum("clearview_verdict_lookups_total", "found=\"near\""));
		layers.put(SHARED, classifier.sum("clearview_verdict_lookups_total", "found=\"shared\""));
		layers.put(FLIGHT, flight);
		layers.put(STALE, stale);
		layers.put(UNJUDGED, unjudged);
		double nowhere = classifier.sum("clearview_verdict_lookups_total", "found=\"nowhere\"");
		layers.put(MODEL, Math.max(0, nowhere - flight - stale - unjudged));
		return layers;
	}

	/** What the model's calls cost, in US dollars. */
	static double dollars(ScrapedMetrics classifier) {
		return classifier.sum("clearview_cost_spent_usd_total");
	}

}
