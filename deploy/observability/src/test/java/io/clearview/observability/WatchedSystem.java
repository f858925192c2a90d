package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.clearview.bench.stub.Behaviour;
import io.clearview.bench.stub.StubServer;
import io.clearview.bench.stub.StubUsage;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ModelChoice;
import io.clearview.local.Prometheus;
import io.clearview.local.Secrets;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.FileSystemUtils;

/**
 * The local stack with everything on that watches it, and something to watch: logs in
 * JSON, every request traced, a model whose price is known and that counts its tokens,
 * and a Prometheus with the project's rules.
 */
final class WatchedSystem implements AutoCloseable {

	/** How often Prometheus looks. */
	static final Duration LOOK = Duration.ofSeconds(1);

	/**
	 * US dollars a million tokens of {@value #MODEL}, as the classifier's settings say.
	 */
	private static final double PROMPT_PRICE = 0.15;

	private static final double COMPLETION_PRICE = 0.60;

	private static final String MODEL = "gpt-4o-mini";

	private static final String MODEL_KEY = "sk-zqkey-0123456789abcdef";

	private final TraceCollector traces = new TraceCollector();

	private final StubServer model;

	private final LocalStack stack;

	WatchedSystem(Behaviour behaviour) throws IOException {
		this.model = new StubServer(0, behaviour);
		Path run = Project.ROOT.resolve("deploy/observability/target/run");
		FileSystemUtils.deleteRecursively(run);
		Path keys = run.resolve("model-keys");
		Secrets.write(keys.resolve("test.key"), MODEL_KEY + "\n");
		LocalStack.Builder builder = LocalStack.builder(Project.ROOT, run)
			.apps(Project.ROOT.resolve("deploy/observability/target/apps"))
			.separateRedis()
			.model(new ModelChoice("http://127.0.0.1:" + this.model.port() + "/v1", MODEL, keys))
			// each user comes from a network of its own
			.gatewaySetting("clearview.trusted-proxies", "1")
			// all of a day at once is too much, and so is a tenth of it in a minute
			.classifierSetting("clearview.quota.tiers.free.daily", "600")
			.classifierSetting("clearview.quota.tiers.free.burst", "5000")
			.classifierSetting("clearview.quota.tiers.pro.burst", "60")
			.classifierSetting("clearview.model.guard.breaker-open", "2s")
			.classifierSetting("clearview.errors.counted-every", "1s");
		List<String[]> both = List.of(new String[] { "spring.profiles.active", "production" },
				new String[] { "management.tracing.sampling.probability", "1" },
				new String[] { "management.tracing.export.otlp.enabled", "true" },
				new String[] { "management.opentelemetry.tracing.export.otlp.endpoint", this.traces.url() },
				new String[] { "management.opentelemetry.tracing.export.schedule-delay", "200ms" },
				// what a slow Redis does is another test's business
				new String[] { "clearview.redis.timeout", "1s" });
		both.forEach(
				(setting) -> builder.gatewaySetting(setting[0], setting[1]).classifierSetting(setting[0], setting[1]));
		this.stack = builder.build();
	}

	/** Starts the stack, and waits until it is ready. */
	void start() {
		this.stack.start();
	}

	/** Starts Prometheus, and waits until it has seen both services. */
	PrometheusApi watch() throws IOException, InterruptedException {
		Path program = Path.of(Commands.run(Project.PROMETHEUS.resolve("programs").toString())).resolve("prometheus");
		ManagedProcess prometheus = Prometheus.of(program, this.stack, Project.PROMETHEUS, LOOK);
		this.stack.accompany(prometheus);
		prometheus.awaitReady(LocalStack.READY);
		PrometheusApi api = new PrometheusApi(prometheus.url());
		Waiting.until("both services are scraped", () -> api.now("sum(up)").orElse(0) == 2);
		return api;
	}

	/** From now on the model behaves like this. */
	void behave(Behaviour behaviour) {
		send(HttpRequest.newBuilder(URI.create(modelUrl() + "/stub/behaviour?" + behaviour.query()))
			.PUT(BodyPublishers.noBody()));
	}

	/** What the model was asked so far. */
	StubUsage asked() {
		return JsonMapper.shared()
			.readValue(send(HttpRequest.newBuilder(URI.create(modelUrl() + "/stub/usage"))), StubUsage.class);
	}

	/** US dollars that it would have billed for that. */
	double billed() {
		StubUsage usage = asked();
		return (usage.promptTokens() * PROMPT_PRICE + usage.completionTokens() * COMPLETION_PRICE) / 1e6;
	}

	/** What an operator does. */
	String administer(String... words) throws IOException, InterruptedException {
		return Commands.run(Stream.concat(
				Stream.of(Project.ROOT.resolve("deploy/admin/clearview-admin").toString(), "--url",
						this.stack.gateway().url(), "--keys", this.stack.directory().keys("admin").toString(), "--yes"),
				Stream.of(words))
			.toArray(String[]::new));
	}

	/** Both roles of Redis. */
	List<ManagedProcess> redis() {
		return Stream.concat(this.stack.redisState().stream(), this.stack.redisCache().stream()).toList();
	}

	LocalStack stack() {
		return this.stack;
	}

	TraceCollector traces() {
		return this.traces;
	}

	/** Where the gateway listens. */
	InetSocketAddress address() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), this.stack.gateway().port());
	}

	/** What a service says of itself. */
	Exposition exposition(ManagedProcess service) throws IOException {
		return new Exposition(Http.text("http://127.0.0.1:" + service.managementPort() + "/actuator/prometheus"));
	}

	/** What must not be in any log: the model's key and those of every ring. */
	List<String> secrets() throws IOException {
		return Stream
			.concat(Stream.of(MODEL_KEY), Project.secrets(this.stack.directory().path().resolve("keys")).stream())
			.toList();
	}

	private String modelUrl() {
		return "http://127.0.0.1:" + this.model.port();
	}

	private static String send(HttpRequest.Builder request) {
		try {
			return Http.send(request).body();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.stack.close();
		this.model.close();
		this.traces.close();
	}

}
