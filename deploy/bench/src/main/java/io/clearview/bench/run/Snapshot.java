package io.clearview.bench.run;

import java.util.LinkedHashMap;
import java.util.Map;

import io.clearview.bench.measure.RedisCommandUse;
import io.clearview.bench.measure.Resources;
import io.clearview.bench.measure.ScrapedMetrics;
import io.clearview.bench.stub.StubUsage;

/**
 * Everything at one moment.
 *
 * @param resources of each process by its name
 * @param gateway metrics of the gateway
 * @param classifier metrics of the classifier
 * @param model what the model was asked so far
 * @param redis what each command took of all Redis servers so far
 */
record Snapshot(Map<String, Resources> resources, ScrapedMetrics gateway, ScrapedMetrics classifier, StubUsage model,
		Map<String, RedisCommandUse> redis) {

	Snapshot {
		resources = new LinkedHashMap<>(resources);
	}

}
