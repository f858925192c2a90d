package io.clearview.console.query;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clearview.console.ProjectFiles;
import io.clearview.console.parts.Part;
import io.clearview.console.parts.PartState;
import io.clearview.console.parts.Parts;
import org.jspecify.annotations.Nullable;

/**
 * Scrapes the services every {@value History#STEP_SECONDS} seconds, and evaluates
 * dashboards, alerts and states over what it has.
 */
public final class Monitor {

	private static final List<String> BOARDS = List.of("requests", "cache", "quotas", "errors", "cost", "dependencies");

	private static final int MAX_BODY = 4 << 20;

	/** Points of a chart: as many as there are pixels for. */
	private static final int POINTS = 150;

	private final Parts parts;

	private final Clock clock;

	private final Rules rules;

	private final List<Dashboards.Dashboard> dashboards;

	private final Set<String> wanted = new HashSet<>();

	private final History history;

	/** Asks for no other metrics: a third less work for a service. */
	private final String query;

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofMillis(500))
		.build();

	/** Of these parts, with the project's dashboards and rules. */
	public Monitor(Parts parts, ProjectFiles files, Clock clock) {
		this.parts = parts;
		this.clock = clock;
		this.rules = Rules.read(List.of(files.read("deploy/prometheus/recording.rules.yml"),
				files.read("deploy/prometheus/alerts.rules.yml")));
		this.dashboards = BOARDS.stream()
			.map((name) -> Dashboards.read(files.read("deploy/grafana/dashboards/" + name + ".json")))
			.toList();
		for (Dashboards.Dashboard dashboard : this.dashboards) {
			for (Dashboards.Panel panel : dashboard.panels()) {
				panel.queries().forEach((query) -> this.rules.metrics(query.expression(), this.wanted));
			}
		}
		this.rules.alerts().forEach((alert) -> this.rules.metrics(alert.expression(), this.wanted));
		this.history = new History(this.wanted);
		this.query = "?includedNames=" + this.wanted.stream()
			.flatMap((metric) -> Stream.of(metric, metric.replaceFirst("_(count|sum|bucket|total)$", "")))
			.distinct()
			.sorted()
			.collect(Collectors.joining(","));
	}

	/** Begins to scrape, until this JVM ends. */
	public void watch() {
		Thread.ofVirtual().name("scrape").start(() -> {
			long next = System.nanoTime();
			while (!Thread.currentThread().isInterrupted()) {
				scrape();
				next = Math.max(System.nanoTime(), next + History.STEP_SECONDS * 1_000_000_000L);
				try {
					Thread.sleep(Duration.ofNanos(next - System.nanoTime()));
				}
				catch (InterruptedException _) {
					Thread.currentThread().interrupt();
				}
			}
		});
	}

	private void scrape() {
		List<Part> services = this.parts.all().stream().filter((part) -> !part.isRedis()).toList();
		List<List<History.Value>> found = new ArrayList<>();
		List<Thread> threads = new ArrayList<>();
		for (Part service : services) {
			List<History.Value> values = new ArrayList<>();
			found.add(values);
			threads.add(Thread.startVirtualThread(() -> values.addAll(scrape(service))));
		}
		try {
			for (Thread thread : threads) {
				thread.join();
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
		}
		this.history.add(found.stream().flatMap(List::stream).toList());
	}

	private List<History.Value> scrape(Part service) {
		String job = service.name().startsWith("gateway") ? "clearview-gateway" : "clearview-classifier";
		Map<String, String> labels = Map.of("job", job, "instance", service.name());
		HttpRequest request = HttpRequest
			.newBuilder(
					URI.create("http://127.0.0.1:" + service.managementPort() + "/actuator/prometheus" + this.query))
			.timeout(Duration.ofMillis(1500))
			.build();
		try (InputStream body = this.client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
			String text = new String(body.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
			List<History.Value> values = Exposition.read(text, this.wanted::contains, labels);
			values.add(new History.Value("up", labels, 1));
			return values;
		}
		catch (IOException _) {
			return List.of(new History.Value("up", labels, 0));
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			return List.of();
		}
	}

	/** Id and title of each dashboard. */
	public List<Map<String, String>> boards() {
		return this.dashboards.stream().map((board) -> Map.of("id", board.id(), "title", board.title())).toList();
	}

	/**
	 * A dashboard's panels with their values; null when there is none of that id.
	 * @param window the longest window of a rate, in seconds
	 */
	public @Nullable Map<String, Object> board(String id, double window) {
		long to = this.history.scrapes() - 1;
		long from = Math.max(0, to - History.CAPACITY + 1);
		for (Dashboards.Dashboard board : this.dashboards) {
			if (board.id().equals(id)) {
				int step = (int) Math.max(1, (to - from + POINTS) / POINTS);
				List<Long> times = new ArrayList<>();
				for (long at = to; at >= from; at -= step) {
					times.addFirst(this.clock.millis() / 1000 - (to - at) * History.STEP_SECONDS);
				}
				Evaluator evaluator = new Evaluator(this.history, this.rules.recordings(), window, from,
						Math.max(from, to));
				List<Map<String, Object>> panels = new ArrayList<>();
				for (Dashboards.Panel panel : board.panels()) {
					panels.add(panel(panel, evaluator, step, times.size()));
				}
				return Map.of("id", id, "title", board.title(), "times", times, "panels", panels);
			}
		}
		return null;
	}

	private static Map<String, Object> panel(Dashboards.Panel panel, Evaluator evaluator, int step, int points) {
		List<Map<String, Object>> series = new ArrayList<>();
		for (Dashboards.Query query : panel.queries()) {
			evaluator.evaluate(query.expression())
				.entrySet()
				.stream()
				.sorted(Comparator.comparing((entry) -> entry.getKey().values().toString()))
				.limit(12)
				.forEach((entry) -> {
					List<@Nullable Double> values = thin(entry.getValue(), step, points);
					if (values.stream().anyMatch(java.util.Objects::nonNull)) {
						series.add(Map.of("label", query.legend(entry.getKey()), "values", values));
					}
				});
		}
		Map<String, Object> shown = new LinkedHashMap<>();
		shown.put("title", panel.title());
		shown.put("type", panel.type());
		shown.put("unit", panel.unit());
		shown.put("line", Double.isNaN(panel.line()) ? null : panel.line());
		shown.put("series", series);
		return shown;
	}

	/** Every n-th value counted from the last; null where there is none. */
	private static List<@Nullable Double> thin(double[] values, int step, int points) {
		List<@Nullable Double> thinned = new ArrayList<>();
		for (int at = values.length - 1; at >= 0 && thinned.size() < points; at -= step) {
			double value = values[at];
			thinned.addFirst(Double.isFinite(value) ? value : null);
		}
		return thinned;
	}

	/** How an alert is: {@code firing}, {@code pending} or {@code quiet}. */
	public record AlertState(String name, String state, String severity, String summary, String runbook,
			int heldSeconds, int forSeconds) {
	}

	/** Every alert. */
	public List<AlertState> alerts() {
		long to = this.history.scrapes() - 1;
		List<AlertState> states = new ArrayList<>();
		for (Rules.Alert alert : this.rules.alerts()) {
			int needed = (int) Math.min(History.CAPACITY - 1, alert.forSeconds() / History.STEP_SECONDS);
			long from = Math.max(0, to - needed);
			Map<Labels, double[]> result = (to < 0) ? Map.of()
					: new Evaluator(this.history, this.rules.recordings(), Double.MAX_VALUE, from, to)
						.evaluate(alert.expression());
			int longest = 0;
			Labels worst = Labels.NONE;
			for (Map.Entry<Labels, double[]> row : result.entrySet()) {
				int held = held(row.getValue());
				if (held > longest) {
					longest = held;
					worst = row.getKey();
				}
			}
			String state = (longest == 0) ? "quiet" : (longest > needed) ? "firing" : "pending";
			states.add(new AlertState(alert.name(), state, alert.severity(), Rules.summary(alert.summary(), worst),
					alert.runbook(), Math.max(0, longest - 1) * History.STEP_SECONDS, (int) alert.forSeconds()));
		}
		return states;
	}

	private static int held(double[] values) {
		int held = 0;
		for (int i = values.length - 1; i >= 0 && !Double.isNaN(values[i]); i--) {
			held++;
		}
		return held;
	}

	/**
	 * A state of the strip.
	 *
	 * @param level {@code good}, {@code warn}, {@code bad} or {@code off}
	 * @param runbook its section's anchor
	 */
	public record State(String id, String label, String level, String text, String runbook) {
	}

	/** Every state, the instances first, the outages last. */
	public List<State> strip() {
		List<State> strip = new ArrayList<>();
		Map<String, PartState> known = new LinkedHashMap<>();
		this.parts.states().forEach((state) -> known.put(state.name(), state));
		known.values()
			.stream()
			.filter((state) -> !state.name().startsWith("redis"))
			.sorted(Comparator.comparing(PartState::name).reversed())
			.forEach((state) -> strip.add(new State(state.name(), state.name(), state.isUp() ? "good" : "bad",
					state.text(), "clearviewinstancedown")));
		strip.add(redis("state", known));
		strip.add(redis("cache", known));
		strip.add(breaker("model", known));
		strip.add(breaker("classifier", known));
		strip.add(keys());
		strip.add(budget());
		List<String> out = strip.stream().filter((state) -> state.level().equals("bad")).map(State::label).toList();
		strip.add(new State("outages", "Outages now", out.isEmpty() ? "good" : "bad",
				out.isEmpty() ? "none" : String.join(", ", out), "what-degraded-looks-like"));
		return strip;
	}

	private State redis(String role, Map<String, PartState> known) {
		String id = "redis-" + role;
		PartState process = known.getOrDefault(id, known.get("redis"));
		double used = newest("min(clearview_redis_up{role=\"" + role + "\"})");
		if (process != null && !process.isUp()) {
			return new State(id, id, "bad", process.text(), "clearviewredisout");
		}
		if (used == 0) {
			return new State(id, id, "warn", "up, not used yet", "clearviewredisout");
		}
		return (process == null && Double.isNaN(used)) ? new State(id, id, "off", "not known", "clearviewredisout")
				: new State(id, id, "good", "up", "clearviewredisout");
	}

	private State breaker(String name, Map<String, PartState> known) {
		double open = newest("max(clearview_breaker_open{name=\"" + name + "\"})");
		String id = "breaker-" + name;
		String label = "Breaker: " + name;
		if (Double.isNaN(open)) {
			return new State(id, label, "off", known.isEmpty() ? "not known" : "none", "clearviewbreakeropen");
		}
		return new State(id, label, (open > 0) ? "bad" : "good", (open > 0) ? "open" : "closed",
				"clearviewbreakeropen");
	}

	private State keys() {
		double age = newest("max(clearview_key_age_seconds)");
		double usable = newest("sum(clearview_model_keys{state=\"usable\"})");
		double cooling = newest("sum(clearview_model_keys{state=\"cooling\"})");
		if (Double.isNaN(age)) {
			return new State("keys", "Keys", "off", "not known", "clearviewkeyold");
		}
		boolean old = age > 35 * 86_400.0;
		String text = (age < 86_400) ? "less than a day old" : (int) (age / 86_400) + " days old";
		boolean resting = cooling > 0;
		return new State("keys", "Keys", (resting && !(usable > 0)) ? "bad" : (old || resting) ? "warn" : "good",
				resting ? text + ", " + (int) cooling + " of the model's rest" : text, "clearviewkeyold");
	}

	private State budget() {
		double cost = newest("clearview:cost_cap:used_ratio");
		double calls = newest("max(clearview_model_budget_used)");
		double used = Math.max(Double.isNaN(cost) ? 0 : cost, Double.isNaN(calls) ? 0 : calls);
		if (Double.isNaN(cost) && Double.isNaN(calls)) {
			return new State("budget", "Budget", "off", "no limit set", "clearviewcostcapnear");
		}
		return new State("budget", "Budget", (used >= 1) ? "bad" : (used > 0.8) ? "warn" : "good",
				Math.round(100 * used) + " % used", "clearviewcostcapnear");
	}

	/**
	 * The newest value of an expression with one result; not a number when there is none.
	 */
	private double newest(String expression) {
		long to = this.history.scrapes() - 1;
		if (to < 0) {
			return Double.NaN;
		}
		Expression parsed = this.expressions.computeIfAbsent(expression, Expression::parse);
		return new Evaluator(this.history, this.rules.recordings(), 60, to, to).evaluate(parsed)
			.values()
			.stream()
			.mapToDouble((row) -> row[0])
			.filter((value) -> !Double.isNaN(value))
			.findFirst()
			.orElse(Double.NaN);
	}

	private final Map<String, Expression> expressions = new ConcurrentHashMap<>();

}
