package io.clearview.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.clearview.bench.baseline.BareGateway;
import io.clearview.bench.baseline.Nginx;
import io.clearview.bench.load.LoadGenerator;
import io.clearview.bench.measure.RedisCommandUse;
import io.clearview.bench.measure.RedisServer;
import io.clearview.bench.measure.Resources;
import io.clearview.bench.measure.ScrapedMetrics;
import io.clearview.bench.stub.Behaviour;
import io.clearview.bench.stub.StubModel;
import io.clearview.bench.stub.StubUsage;
import io.clearview.bench.traffic.Assertions;
import io.clearview.bench.traffic.BenchUser;
import io.clearview.bench.traffic.Credential;
import io.clearview.bench.traffic.Enrolment;
import io.clearview.local.Launch;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ModelChoice;
import io.clearview.local.Ports;
import io.clearview.local.Probe;
import io.clearview.local.Programs;
import io.clearview.local.RunDirectory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that takes part in a benchmark: the local stack, a stub model, what ours is
 * compared with, and the load generator, which is this process.
 */
final class Rig implements AutoCloseable {

	static final String GATEWAY = "gateway";

	static final String CLASSIFIER = "classifier";

	static final String REDIS = "redis";

	static final String STUB = "stub model";

	static final String UNOBSERVED_GATEWAY = "gateway, unobserved";

	static final String UNOBSERVED_CLASSIFIER = "classifier, unobserved";

	static final String BARE = "bare gateway";

	static final String NGINX = "nginx";

	static final String GENERATOR = "load generator";

	/** One whose price the classifier knows. */
	private static final String MODEL = "gpt-4o-mini";

	/** What the extension waits. */
	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final HttpClient client = HttpClient.newHttpClient();

	private final LoadGenerator generator = new LoadGenerator(TIMEOUT);

	private final List<ManagedProcess> others = new ArrayList<>();

	private final LocalStack stack;

	private final Optional<LocalStack> unobserved;

	private final ManagedProcess stub;

	private final Optional<ManagedProcess> bare;

	private final Optional<ManagedProcess> nginx;

	private List<BenchUser> accounts = List.of();

	private double startSeconds;

	Rig(RigSettings settings) {
		RunDirectory run = new RunDirectory(settings.directory().resolve("run"));
		int stubPort = Ports.free();
		this.stub = java(
				run, STUB.replace(' ', '-'), settings, StubModel.class, List.of("--port=" + stubPort,
						"--latency=" + settings.modelLatency(), "--jitter=" + settings.modelLatency() / 4),
				stubPort, "/stub/usage");
		LocalStack.Builder builder = stack(settings, "run").configuration(settings.configuration());
		if (settings.separateRedis()) {
			builder.separateRedis();
		}
		this.stack = builder.build();
		this.unobserved = Optional.ofNullable(settings.unobserved())
			.map((configuration) -> stack(settings, "unobserved").configuration(configuration)
				.redisUrl(URI.create(redis().getFirst().url()))
				.build());
		int classifierPort = this.stack.classifiers().getFirst().port();
		this.bare = settings.baselines() ? Optional.of(bare(run, settings, classifierPort)) : Optional.empty();
		this.nginx = settings.baselines() ? Programs.find(NGINX).map((program) -> {
			int port = Ports.free();
			Path home = run.home(NGINX);
			return new ManagedProcess(run, new Launch(NGINX, home, Nginx.command(program, home, port, classifierPort),
					Map.of(), "http", port, port, (process) -> !Ports.isFree(process.port())));
		}) : Optional.empty();
		this.others.add(this.stub);
		this.bare.ifPresent(this.others::add);
		this.nginx.ifPresent(this.others::add);
	}

	private LocalStack.Builder stack(RigSettings settings, String directory) {
		LocalStack.Builder builder = LocalStack.builder(settings.root(), settings.directory().resolve(directory))
			.apps(settings.directory().resolve("apps"))
			.model(new ModelChoice(this.stub.url() + "/v1", MODEL, null))
			.jvmOptions(settings.jvmOptions());
		ServiceSettings.forLoad(builder);
		return builder;
	}

	private static ManagedProcess bare(RunDirectory run, RigSettings settings, int classifierPort) {
		int port = Ports.free();
		return java(run, BARE.replace(' ', '-'), settings, BareGateway.class, List.of("--server.port=" + port,
				"--server.address=" + Ports.LOOPBACK, "--upstream=http://" + Ports.LOOPBACK + ":" + classifierPort),
				port, null);
	}

	/** A main class of this module, in a process of its own. */
	private static ManagedProcess java(RunDirectory run, String name, RigSettings settings, Class<?> main,
			List<String> arguments, int port, @Nullable String path) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(settings.jvmOptions());
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(arguments);
		Probe probe = (path != null) ? Probe.http(path) : (process) -> !Ports.isFree(process.port());
		return new ManagedProcess(run, new Launch(name, run.home(name), command, Map.of(), "http", port, port, probe));
	}

	/** Starts everything, and gets so many users their accounts. */
	void start(int users) {
		this.others.forEach(ManagedProcess::start);
		long began = System.nanoTime();
		this.stack.start();
		this.startSeconds = (System.nanoTime() - began) / 1e9;
		this.unobserved.ifPresent(LocalStack::start);
		this.others.forEach((process) -> process.awaitReady(LocalStack.READY));
		this.accounts = new Enrolment(0).enrol(this.generator, gateway().address(), users).join();
	}

	/** How long the stack took from its start until every part was ready. */
	double startSeconds() {
		return this.startSeconds;
	}

	LoadGenerator generator() {
		return this.generator;
	}

	LocalStack stack() {
		return this.stack;
	}

	List<BenchUser> accounts() {
		return this.accounts;
	}

	/** Ours, as clients see it. */
	Target gateway() {
		return new Target("ours", GATEWAY, this.stack.gateway().port(), this.accounts);
	}

	/** The classifier without a gateway. */
	Target direct() {
		return new Target("classifier alone", CLASSIFIER, this.stack.classifiers().getFirst().port(), introduced());
	}

	/** Ours again, with nothing that watches it; to be there when the plan says so. */
	Optional<Target> unobserved() {
		return this.unobserved.map((watchless) -> new Target("ours, unobserved", UNOBSERVED_GATEWAY,
				watchless.gateway().port(), this.accounts));
	}

	Optional<Target> bare() {
		return this.bare.map((process) -> new Target("bare gateway", BARE, process.port(), introduced()));
	}

	Optional<Target> nginx() {
		return this.nginx.map((process) -> new Target("nginx", NGINX, process.port(), introduced()));
	}

	private List<Credential> introduced() {
		return new Assertions(this.stack.directory().keys("identity"), Clock.systemUTC()).introduce(this.accounts);
	}

	/** Changes how the model behaves from now on. */
	void behave(Behaviour behaviour) {
		send(HttpRequest.newBuilder(URI.create(this.stub.url() + "/stub/behaviour?" + behaviour.query()))
			.PUT(BodyPublishers.noBody()));
	}

	/** Before a measurement: what reading the metrics costs is not in it. */
	Snapshot opening() {
		ScrapedMetrics gateway = metrics(this.stack.gateways());
		ScrapedMetrics classifier = metrics(this.stack.classifiers());
		StubUsage usage = usage();
		return new Snapshot(resources(), gateway, classifier, usage, redisCommands());
	}

	/** After a measurement, likewise. */
	Snapshot closing() {
		Map<String, Resources> resources = resources();
		Map<String, RedisCommandUse> commands = redisCommands();
		return new Snapshot(resources, metrics(this.stack.gateways()), metrics(this.stack.classifiers()), usage(),
				commands);
	}

	/** Of all servers together; empty if one of them does not respond. */
	private Map<String, RedisCommandUse> redisCommands() {
		Map<String, RedisCommandUse> commands = Map.of();
		for (ManagedProcess server : redis()) {
			try {
				commands = RedisCommandUse.sum(commands, new RedisServer(server.port()).commands());
			}
			catch (UncheckedIOException ex) {
				return Map.of();
			}
		}
		return commands;
	}

	Map<String, Resources> resources() {
		Map<String, Resources> resources = new LinkedHashMap<>();
		resources.put(GATEWAY, of(this.stack.gateways()));
		resources.put(CLASSIFIER, of(this.stack.classifiers()));
		this.unobserved.ifPresent((watchless) -> {
			resources.put(UNOBSERVED_GATEWAY, of(watchless.gateways()));
			resources.put(UNOBSERVED_CLASSIFIER, of(watchless.classifiers()));
		});
		resources.put(REDIS, of(redis()));
		resources.put(STUB, of(List.of(this.stub)));
		this.bare.ifPresent((process) -> resources.put(BARE, of(List.of(process))));
		this.nginx.ifPresent((process) -> resources.put(NGINX, of(List.of(process))));
		resources.put(GENERATOR, Resources.of(ProcessHandle.current().pid()));
		return resources;
	}

	/** CPU time that gateway and classifier have taken so far. */
	double serviceCpuSeconds() {
		return of(this.stack.gateways()).cpuSeconds() + of(this.stack.classifiers()).cpuSeconds();
	}

	/** The server, or both. */
	List<ManagedProcess> redis() {
		return Stream.concat(this.stack.redisState().stream(), this.stack.redisCache().stream()).distinct().toList();
	}

	private static Resources of(List<ManagedProcess> processes) {
		return processes.stream()
			.filter(ManagedProcess::isAlive)
			.map((process) -> Resources.of(process.pid()))
			.reduce(Resources.GONE, (a, b) -> new Resources(a.cpuSeconds() + b.cpuSeconds(),
					a.compilingSeconds() + b.compilingSeconds(), a.residentBytes() + b.residentBytes(),
					a.peakResidentBytes() + b.peakResidentBytes(), a.files() + b.files(), a.threads() + b.threads()));
	}

	private ScrapedMetrics metrics(List<ManagedProcess> services) {
		return ScrapedMetrics.sum(services.stream()
			.filter(ManagedProcess::isAlive)
			.map((service) -> ScrapedMetrics
				.parse(get("http://" + Ports.LOOPBACK + ":" + service.managementPort() + "/actuator/prometheus")))
			.toList());
	}

	private StubUsage usage() {
		return JsonMapper.shared().readValue(get(this.stub.url() + "/stub/usage"), StubUsage.class);
	}

	private String get(String url) {
		return send(HttpRequest.newBuilder(URI.create(url)));
	}

	private String send(HttpRequest.Builder request) {
		try {
			return this.client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString()).body();
		}
		catch (IOException ex) {
			throw new IllegalStateException("No answer from " + request.build().uri(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	@Override
	public void close() {
		this.others.forEach(ManagedProcess::requestStop);
		this.unobserved.ifPresent(LocalStack::close);
		this.stack.close();
		this.others.forEach(ManagedProcess::stop);
		this.generator.close();
	}

}
