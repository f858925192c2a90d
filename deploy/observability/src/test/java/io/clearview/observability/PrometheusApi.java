package io.clearview.observability;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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

	private static final HttpClient CLIENT = HttpClient.newHttpClient();

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
		JsonNode answer = JsonMapper.shared().readTree(text(this.url + path));
		if (!answer.path("status").asString("").equals("success")) {
			throw new AssertionError(path + ": " + answer);
		}
		return answer;
	}

	static String text(String url) {
		try {
			return CLIENT
				.send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).build(),
						BodyHandlers.ofString())
				.body();
		}
		catch (IOException ex) {
			throw new IllegalStateException("No answer from " + url, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
