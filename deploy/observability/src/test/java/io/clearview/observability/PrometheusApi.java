package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a Prometheus answers. */
final class PrometheusApi {

	private final String url;

	PrometheusApi(String url) {
		this.url = url;
	}

	/**
	 * A series of an answer.
	 *
	 * @param labels of it
	 * @param values numbers it had, none of them NaN
	 */
	record Series(Map<String, String> labels, List<Double> values) {
	}

	/** What an expression said from then until then, second by second. */
	List<Series> range(String expression, Instant from, Instant to) {
		long step = Math.max(1, Duration.between(from, to).toSeconds() / 300);
		JsonNode answer = get("/api/v1/query_range?query=" + encoded(expression) + "&start=" + from.getEpochSecond()
				+ "&end=" + to.getEpochSecond() + "&step=" + step);
		List<Series> all = new ArrayList<>();
		for (JsonNode series : answer.get("data").get("result")) {
			all.add(new Series(labels(series), numbers(series.get("values"))));
		}
		return all;
	}

	/** The only number that an expression says now; empty while there is none. */
	OptionalDouble now(String expression) {
		JsonNode result = get("/api/v1/query?query=" + encoded(expression)).get("data").get("result");
		if (result.size() > 1) {
			throw new AssertionError(expression + ": expected one number, got " + result);
		}
		return result.isEmpty() ? OptionalDouble.empty()
				: OptionalDouble.of(Double.parseDouble(result.get(0).get("value").get(1).asString()));
	}

	/** What an expression says now of the only series that has these labels. */
	double now(String expression, Map<String, String> labels) {
		List<Double> numbers = new ArrayList<>();
		JsonNode result = get("/api/v1/query?query=" + encoded(expression)).get("data").get("result");
		for (JsonNode series : result) {
			if (labels(series).entrySet().containsAll(labels.entrySet())) {
				numbers.add(Double.parseDouble(series.get("value").get(1).asString()));
			}
		}
		if (numbers.size() != 1) {
			throw new AssertionError(expression + ": expected one series with " + labels + ", got " + result);
		}
		return numbers.getFirst();
	}

	private static Map<String, String> labels(JsonNode series) {
		Map<String, String> labels = new TreeMap<>();
		series.get("metric").forEachEntry((name, value) -> labels.put(name, value.asString()));
		return labels;
	}

	private static List<Double> numbers(JsonNode values) {
		List<Double> numbers = new ArrayList<>();
		for (JsonNode value : values) {
			double number = Double.parseDouble(value.get(1).asString());
			if (!Double.isNaN(number)) {
				numbers.add(number);
			}
		}
		return numbers;
	}

	private JsonNode get(String path) {
		JsonNode answer;
		try {
			answer = JsonMapper.shared().readTree(Http.text(this.url + path));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (!answer.path("status").asString("").equals("success")) {
			throw new AssertionError(path + ": " + answer);
		}
		return answer;
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
