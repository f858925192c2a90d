package io.clearview.e2e.drill;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.Scraper;
import io.clearview.e2e.wire.Wire;
import io.clearview.local.Launch;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ModelChoice;
import io.clearview.local.Ports;
import io.clearview.local.Probe;
import io.clearview.local.RunDirectory;
import io.clearview.local.stub.ScriptedModel;
import io.clearview.local.stub.TraceReceiver;
import org.jspecify.annotations.Nullable;

/**
 * What the drill breaks: two gateways, two classifiers, both Redis roles, a model and a
 * collector of traces. The gateways reach the second classifier over a relay that can
 * fail, and all services reach redis-state over another. A third gateway, which gets no
 * traffic, knows the first classifier only, under one name, over a relay of its own.
 */
final class Fleet implements AutoCloseable {

	private static final int ENROLLED_AT_ONCE = 4;

	private static final int UNUSED_ACCOUNTS = 24;

	private static final Duration AGAIN = Duration.ofMillis(500);

	private final Scraper metrics = new Scraper();

	private final List<AutoCloseable> parts = new ArrayList<>();

	private final ScriptedModel model;

	private final TraceReceiver collector;

	private final LocalStack stack;

	private final Wire wire;

	private final Wire stateWire;

	private final Wire nameWire;

	private final @Nullable Wire firestoreWire;

	private final Path root;

	private final Pace pace;

	private final List<ManagedProcess> gatewayProcesses;

	private final Extension gatewayOfOneName;

	private final Ledger ledger;

	private final List<Extension> gateways;

	private final List<User> users = new ArrayList<>();

	/** Accounts of tokens that were issued, and that no gateway has seen since. */
	private final Deque<JsonResponse> unusedAccounts = new ConcurrentLinkedDeque<>();

	private Fleet(Path root, Path run, Path apps, Pace pace, boolean durable) throws IOException {
		this.root = root;
		this.model = closing(Followers.model());
		this.collector = closing(new TraceReceiver(Ports.free(), (_) -> {
		}));
		int wirePort = Ports.free();
		int statePort = Ports.free();
		int namePort = Ports.free();
		String stateUrl = "redis://" + Ports.LOOPBACK + ":" + statePort;
		this.pace = pace;
		LocalStack.Builder plan = LocalStack.builder(root, run)
			.apps(apps)
			.jvmOptions(pace.jvm())
			.gateways(2)
			.classifiers(2)
			.separateRedis()
			.model(new ModelChoice(this.model.baseUrl(), "scripted", null).free())
			// each user of the drill comes from a network of its own
			.gatewaySetting("clearview.trusted-proxies", "1")
			.gatewaySetting("spring.data.redis.url", stateUrl)
			.gatewaySetting("clearview.server.drain", pace.drain().toMillis() + "ms")
			.classifierSetting("clearview.redis.state.url", stateUrl)
			.classifierUrls((urls) -> List.of(urls.getFirst(), "http://" + Ports.LOOPBACK + ":" + wirePort))
			.classifierSetting("clearview.verdict.soft-age",
					(durable ? DurableScenes.SOFT_AGE : pace.softAge()).toMillis() + "ms")
			.classifierSetting("clearview.model.guard.breaker-open", pace.breakerOpen().toMillis() + "ms");
		every(plan, "clearview.redis.timeout", pace.redisTimeout().toMillis() + "ms");
		every(plan, "clearview.warm-up.time", pace.warmUp().toMillis() + "ms");
		every(plan, "management.tracing.export.otlp.enabled", "true");
		every(plan, "management.tracing.sampling.probability", "1");
		every(plan, "management.opentelemetry.tracing.export.otlp.endpoint", this.collector.url());
		every(plan, "management.opentelemetry.tracing.export.schedule-delay", "500ms");
		int firestorePort = Ports.free();
		if (durable) {
			plan.firestore();
			every(plan, "clearview.durable.emulator", Ports.LOOPBACK + ":" + firestorePort);
			plan.classifierSetting("clearview.durable.verdicts", "true");
			// what redis-cache has lost is in the durable store, or judged again
			plan.classifierSetting("clearview.verdict.near-cache", "0B");
			every(plan, "clearview.durable.interval", DurableScenes.INTERVAL.toMillis() + "ms");
		}
		this.stack = closing(plan.build());
		Optional<ManagedProcess> firestore = this.stack.firestore();
		this.firestoreWire = firestore.isPresent() ? closing(new Wire(firestorePort, firestore.get().port())) : null;
		this.wire = closing(new Wire(wirePort, this.stack.classifiers().getLast().port()));
		this.stateWire = closing(new Wire(statePort, redisState().port()));
		this.nameWire = closing(new Wire(namePort, this.stack.classifiers().getFirst().port()));
		this.gatewayProcesses = this.stack.gateways();
		this.gatewayOfOneName = closing(new Extension(
				this.stack.addGateway(Map.of("clearview.classifier.urls", "http://" + Ports.LOOPBACK + ":" + namePort))
					.url()));
		this.gateways = this.gatewayProcesses.stream().map((gateway) -> new Extension(gateway.url())).toList();
		this.parts.addAll(this.gateways);
		this.ledger = closing(new Ledger(redisState().url()));
	}

	private static void every(LocalStack.Builder plan, String setting, String value) {
		plan.gatewaySetting(setting, value).classifierSetting(setting, value);
	}

	private <T extends AutoCloseable> T closing(T part) {
		this.parts.add(part);
		return part;
	}

	/**
	 * Starts one and lets users in.
	 * @param durable whether it has a durable store
	 */
	static Fleet start(Path root, Path run, Path apps, Pace pace, boolean durable) throws IOException {
		Fleet fleet = new Fleet(root, run, apps, pace, durable);
		try {
			fleet.stack.start();
			fleet.enrol(pace.users());
			return fleet;
		}
		catch (IOException | RuntimeException ex) {
			fleet.close();
			throw ex;
		}
	}

	/**
	 * Signs users up, has every gateway see every token, and every known post judged
	 * once.
	 */
	private void enrol(int count) throws IOException {
		List<Callable<User>> arrivals = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String address = "198." + (18 + i / 250) + "." + (i % 250) + ".1";
			arrivals.add(() -> {
				JsonResponse account = insist(201, () -> this.gateways.getFirst().from(address).authenticate());
				User user = new User(address, account.at("/userId"), account.at("/token"));
				for (Extension gateway : this.gateways) {
					insist(200, () -> user.quota(gateway));
				}
				return user;
			});
		}
		try (ExecutorService threads = Executors.newFixedThreadPool(ENROLLED_AT_ONCE)) {
			for (Future<User> arrival : threads.invokeAll(arrivals)) {
				this.users.add(arrival.get());
			}
		}
		catch (ExecutionException ex) {
			throw new IOException("a user could not sign up: " + ex.getCause(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
		for (int i = 0; i < UNUSED_ACCOUNTS; i++) {
			String address = "203.0." + (113 + i) + ".1";
			this.unusedAccounts.add(insist(201, () -> this.gateways.getFirst().from(address).authenticate()));
		}
		int reader = 0;
		for (List<Post> posts : Feed.known()) {
			User user = this.users.get(reader++);
			insist(200, () -> user.classify(this.gateways.getFirst(), posts));
		}
		this.ledger.settle(this.users);
	}

	/** Asks again until the answer is what it should be: cold services may be late. */
	private static JsonResponse insist(int status, Request request) throws IOException {
		long end = System.nanoTime() + LocalStack.READY.toNanos();
		JsonResponse answer = request.send();
		while (answer.status() != status) {
			if (System.nanoTime() > end) {
				throw new IOException("expected " + status + ", got " + answer.status() + " " + answer.body());
			}
			LockSupport.parkNanos(AGAIN.toNanos());
			answer = request.send();
		}
		return answer;
	}

	/** A request that is sent until it is answered as it should be. */
	@FunctionalInterface
	private interface Request {

		JsonResponse send() throws IOException;

	}

	Traffic traffic(long seed) {
		return new Traffic(new Balancer(this.gatewayProcesses, this.gateways), this.users, new Feed(seed));
	}

	List<Extension> gateways() {
		return this.gateways;
	}

	List<User> users() {
		return this.users;
	}

	/** A token that no gateway has seen since it was issued; each only once. */
	String unusedToken() {
		return unusedAccount().at("/token");
	}

	/** The account of such a token, with {@code /token} and {@code /userId}. */
	JsonResponse unusedAccount() {
		return this.unusedAccounts.remove();
	}

	ScriptedModel model() {
		return this.model;
	}

	TraceReceiver collector() {
		return this.collector;
	}

	Wire wire() {
		return this.wire;
	}

	/** Between all services and redis-state. */
	Wire stateWire() {
		return this.stateWire;
	}

	/** Between the gateway that knows one name only and the first classifier. */
	Wire nameWire() {
		return this.nameWire;
	}

	/** Between all services and the durable store, of a fleet that has one. */
	Wire firestoreWire() {
		return Objects.requireNonNull(this.firestoreWire);
	}

	/** The gateway that knows one name only. */
	Extension gatewayOfOneName() {
		return this.gatewayOfOneName;
	}

	/** The gateways that get traffic. */
	List<ManagedProcess> gatewayProcesses() {
		return this.gatewayProcesses;
	}

	Pace pace() {
		return this.pace;
	}

	/**
	 * Starts an empty Redis like redis-state, and stops it when the fleet is closed.
	 */
	ManagedProcess startSpareRedis() {
		RunDirectory run = this.stack.directory();
		int port = Ports.free();
		ManagedProcess spare = new ManagedProcess(run,
				new Launch("redis-spare", run.home("redis-spare"),
						List.of(run.apps().resolve("redis-server").toString(), "--port", Integer.toString(port),
								"--bind", Ports.LOOPBACK, "--save", "", "--maxmemory-policy", "noeviction"),
						Map.of(), "redis", port, port, Probe.redis()));
		closing((AutoCloseable) spare::stop);
		return spare.start().awaitReady(LocalStack.READY);
	}

	/**
	 * Starts a classifier that uses the local model while the provider cannot judge, has
	 * the gateway of one name use it, and stops it when the fleet is closed.
	 */
	ManagedProcess startClassifierWithFallback() {
		ManagedProcess classifier = this.stack.classifierBeside("classifier-fallback",
				Map.of("clearview.model.fallback", "local"));
		closing((AutoCloseable) classifier::stop);
		classifier.start().awaitReady(LocalStack.READY);
		leadNameTo(classifier);
		return classifier;
	}

	/** Has the gateway of one name use the first classifier again. */
	void stopClassifierWithFallback(ManagedProcess classifier) {
		leadNameTo(this.stack.classifiers().getFirst());
		classifier.stop();
	}

	private void leadNameTo(ManagedProcess classifier) {
		this.nameWire.leadTo(classifier.port());
		this.nameWire.reset();
	}

	/**
	 * Runs a command of {@code clearview-admin}, as an operator does at the first
	 * gateway.
	 * @return what it printed if it failed, else nothing
	 */
	String operate(String... words) throws IOException {
		List<String> command = new ArrayList<>(List.of(this.root.resolve("deploy/admin/clearview-admin").toString(),
				"--url", this.gatewayProcesses.getFirst().url(), "--keys",
				this.stack.directory().keys("admin").toString(), "--yes"));
		command.addAll(List.of(words));
		Path output = this.stack.directory().logs().resolve("clearview-admin.txt");
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectInput(new File("/dev/null"))
			.redirectOutput(output.toFile())
			.start();
		try {
			if (!process.waitFor(30, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				return "clearview-admin " + words[0] + " is not over after 30 s";
			}
			return (process.exitValue() == 0) ? ""
					: "clearview-admin " + words[0] + " failed: " + Files.readString(output);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	/** The same, again and again until it succeeds or the time is over. */
	String operateUntilDone(Duration atMost, String... words) throws IOException {
		long end = System.nanoTime() + atMost.toNanos();
		String problem = operate(words);
		while (!problem.isEmpty() && System.nanoTime() < end) {
			LockSupport.parkNanos(AGAIN.toNanos());
			problem = operate(words);
		}
		return problem;
	}

	/** The same for what must succeed. */
	void insistOn(String... words) throws IOException {
		String problem = operateUntilDone(LocalStack.READY, words);
		if (!problem.isEmpty()) {
			throw new IOException(problem);
		}
	}

	Ledger ledger() {
		return this.ledger;
	}

	LocalStack stack() {
		return this.stack;
	}

	ManagedProcess redisState() {
		return this.stack.redisState().orElseThrow();
	}

	ManagedProcess redisCache() {
		return this.stack.redisCache().orElseThrow();
	}

	/** Whether a process says a metric of this line. */
	boolean says(ManagedProcess process, String line) throws IOException {
		return this.metrics.says(process, line);
	}

	@Override
	public void close() throws IOException {
		for (AutoCloseable part : this.parts.reversed()) {
			try {
				part.close();
			}
			catch (Exception ex) {
				throw new IOException("the fleet could not be stopped", ex);
			}
		}
		this.metrics.close();
	}

}
