package io.clearview.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The whole system on one machine: Redis, classifiers and gateways as child processes,
 * wired together, each of which can be stopped, killed, frozen and started again.
 *
 * <p>
 * Ports, keys and settings are fixed when it is built; nothing runs before
 * {@link #start}, and nothing after this JVM unless it is told to.
 */
public final class LocalStack implements AutoCloseable {

	/** How long a service may take to be ready, on a machine that is busy with others. */
	public static final Duration READY = Duration.ofSeconds(180);

	/** Of a service, unless the plan has others: small heaps. */
	public static final List<String> JVM_OPTIONS = List.of("-Xmx384m", "-XX:+UseSerialGC",
			"-XX:+ExitOnOutOfMemoryError");

	private final Builder plan;

	private final RunDirectory run;

	private final List<ManagedProcess> redis = new ArrayList<>();

	private final List<ManagedProcess> classifiers = new ArrayList<>();

	private final List<ManagedProcess> gateways = new ArrayList<>();

	private final List<ManagedProcess> companions = new ArrayList<>();

	private final AppImage gatewayApp;

	private final Set<AotCache> caches = new LinkedHashSet<>();

	private final Thread closing = new Thread(this::close, "stop stack");

	private final ReentrantLock stopping = new ReentrantLock();

	private @Nullable ManagedProcess firestore;

	private boolean closed;

	private LocalStack(Builder plan) {
		this.plan = plan;
		this.run = plan.run;
		AppImage classifierApp = AppImage.of(plan.root.resolve("classifier-service"), apps());
		this.gatewayApp = AppImage.of(plan.root.resolve("gateway"), apps());
		for (String ring : List.of("identity", "admin", "device", "token")) {
			KeyRings.ensure(this.run.keys(ring), Clock.systemUTC());
		}
		if (plan.redisUrl == null) {
			this.redis.add(RedisServers.state(this.run, plan.separateRedis ? "redis-state" : "redis", Ports.free()));
			if (plan.separateRedis) {
				this.redis.add(RedisServers.cache(this.run, "redis-cache", Ports.free()));
			}
		}
		if (plan.firestorePort != 0) {
			this.firestore = FirestoreEmulator.of(plan.root, this.run, plan.firestorePort);
			this.companions.add(this.firestore);
		}
		List<String> classifierOptions = jvmOptions(classifierApp);
		for (int i = 1; i <= plan.classifiers; i++) {
			this.classifiers.add(Services.service(this.run, numbered("classifier", i), classifierApp, classifierOptions,
					Ports.free(), classifierSettings(), plan.configuration));
		}
		for (int i = 1; i <= plan.gateways; i++) {
			addGateway();
		}
		Runtime.getRuntime().addShutdownHook(this.closing);
	}

	/**
	 * Begins to plan a stack.
	 * @param root of the project, whose modules are built
	 * @param run where the stack keeps everything; one stack a directory
	 */
	public static Builder builder(Path root, Path run) {
		return new Builder(root, new RunDirectory(run));
	}

	/** One more gateway, not started. */
	public ManagedProcess addGateway() {
		return addGateway(Map.of());
	}

	/**
	 * One more gateway, not started.
	 * @param settings of its own, winning over everything
	 */
	public ManagedProcess addGateway(Map<String, String> settings) {
		Map<String, String> all = gatewaySettings();
		all.putAll(settings);
		int number = this.gateways.size() + 1;
		int port = (number == 1 && this.plan.port != 0) ? this.plan.port : Ports.free();
		ManagedProcess gateway = Services.service(this.run, numbered("gateway", number), this.gatewayApp,
				jvmOptions(this.gatewayApp), port, all, this.plan.configuration);
		this.gateways.add(gateway);
		return gateway;
	}

	/**
	 * A classifier beside those of the plan: no gateway of the plan knows it, it is not
	 * started or stopped with the stack, and {@link #classifiers} does not have it.
	 * @param name of the process and its log
	 * @param settings of its own, winning over everything
	 */
	public ManagedProcess classifierBeside(String name, Map<String, String> settings) {
		AppImage app = AppImage.of(this.plan.root.resolve("classifier-service"), apps());
		Map<String, String> all = classifierSettings();
		all.putAll(settings);
		return Services.service(this.run, name, app, jvmOptions(app), Ports.free(), all, this.plan.configuration);
	}

	/**
	 * Starts everything and waits until it is ready.
	 * @throws StackException when something does not come up; what did is still there
	 * until {@link #close}
	 */
	public void start() {
		start((_) -> {
		});
	}

	/**
	 * Starts everything and waits until it is ready.
	 * @param onReady told of each process that has become ready, in the order of starting
	 * @throws StackException when something does not come up; what did is still there
	 * until {@link #close}
	 */
	public void start(Consumer<ManagedProcess> onReady) {
		for (ManagedProcess server : this.redis) {
			start(server);
			onReady.accept(server.awaitReady(READY));
		}
		List<ManagedProcess> services = Stream.of(this.companions, this.classifiers, this.gateways)
			.flatMap(List::stream)
			.toList();
		services.forEach(this::start);
		services.forEach((service) -> onReady.accept(service.awaitReady(READY)));
	}

	/**
	 * Takes a process that is not part of the system, such as a monitor, under its care.
	 */
	public void accompany(ManagedProcess process) {
		this.companions.add(process);
		start(process);
	}

	/**
	 * Takes a process that is not part of the system under its care, to be started and
	 * waited for with the services.
	 */
	public void beside(ManagedProcess process) {
		this.companions.add(process);
	}

	/** Starts a process, unless this stack is being closed. */
	public synchronized void start(ManagedProcess process) {
		if (this.closed) {
			throw new StackException("The stack is being stopped");
		}
		process.start();
	}

	/** Everything that belongs to it, in the order of starting. */
	public List<ManagedProcess> processes() {
		return Stream.of(this.redis, this.classifiers, this.gateways, this.companions).flatMap(List::stream).toList();
	}

	/** The first gateway. */
	public ManagedProcess gateway() {
		return this.gateways.getFirst();
	}

	/** The Redis servers of its own. */
	List<ManagedProcess> redis() {
		return List.copyOf(this.redis);
	}

	public List<ManagedProcess> gateways() {
		return List.copyOf(this.gateways);
	}

	public List<ManagedProcess> classifiers() {
		return List.copyOf(this.classifiers);
	}

	/** The Redis that keeps tokens and quotas. Empty when an external one is used. */
	public Optional<ManagedProcess> redisState() {
		return this.redis.stream().findFirst();
	}

	/** The Redis that keeps verdicts, the same as the other unless they are separate. */
	public Optional<ManagedProcess> redisCache() {
		return this.redis.isEmpty() ? Optional.empty() : Optional.of(this.redis.getLast());
	}

	/** The Firestore emulator, if there is one. */
	public Optional<ManagedProcess> firestore() {
		return Optional.ofNullable(this.firestore);
	}

	/** Where it keeps keys, data and logs. */
	public RunDirectory directory() {
		return this.run;
	}

	/** Lets everything outlive this JVM, whose end otherwise stops it. */
	public void leaveRunning() {
		Runtime.getRuntime().removeShutdownHook(this.closing);
	}

	/** Stops everything, whatever asks in before what it asks for. */
	@Override
	public void close() {
		synchronized (this) {
			this.closed = true;
		}
		this.stopping.lock();
		try {
			stopAll();
		}
		finally {
			this.stopping.unlock();
		}
	}

	private void stopAll() {
		for (List<ManagedProcess> tier : List.of(this.companions, this.gateways, this.classifiers, this.redis)) {
			tier.forEach(ManagedProcess::requestStop);
			tier.forEach(ManagedProcess::stop);
		}
	}

	private List<String> jvmOptions(AppImage app) {
		AotCache cache = AotCache.of(app, this.plan.jvmOptions);
		this.caches.add(cache);
		return this.plan.recording ? cache.recording(this.plan.jvmOptions) : cache.using(this.plan.jvmOptions);
	}

	/** Whether a start is as fast as it can be: every application has its AOT cache. */
	public boolean hasCaches() {
		return this.caches.stream().allMatch(AotCache::exists);
	}

	/**
	 * Stops everything, waits until the services have written what they recorded, and
	 * keeps it.
	 * @return whether there is a cache of every application now
	 */
	boolean stopAndKeepCaches(Duration atMost) throws IOException {
		List<ManagedProcess> services = Stream.concat(this.gateways.stream(), this.classifiers.stream()).toList();
		services.forEach(ManagedProcess::requestStop);
		boolean all = true;
		for (ManagedProcess service : services) {
			try {
				service.onExit().get(atMost.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return false;
			}
			catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException _) {
				all = false;
			}
		}
		for (AotCache cache : this.caches) {
			all &= all && cache.keep();
			cache.discard();
		}
		return all;
	}

	private Path apps() {
		return (this.plan.apps != null) ? this.plan.apps : this.run.apps();
	}

	private String stateUrl() {
		return (this.plan.redisUrl != null) ? this.plan.redisUrl.toString() : this.redis.getFirst().url();
	}

	private String cacheUrl() {
		return (this.plan.redisUrl != null) ? this.plan.redisUrl.toString() : this.redis.getLast().url();
	}

	private Map<String, String> classifierSettings() {
		Map<String, String> settings = new LinkedHashMap<>();
		settings.put("clearview.identity.keys", this.run.keys("identity").toString());
		settings.put("clearview.redis.state.url", stateUrl());
		settings.put("clearview.redis.cache.url", cacheUrl());
		if (this.plan.model != null) {
			settings.putAll(this.plan.model.properties());
		}
		settings.putAll(durableSettings());
		settings.putAll(this.plan.classifierSettings);
		return settings;
	}

	private Map<String, String> gatewaySettings() {
		Map<String, String> settings = new LinkedHashMap<>();
		settings.put("clearview.identity.keys", this.run.keys("identity").toString());
		settings.put("clearview.admin.keys", this.run.keys("admin").toString());
		settings.put("clearview.device.keys", this.run.keys("device").toString());
		settings.put("clearview.token.keys", this.run.keys("token").toString());
		settings.put("spring.data.redis.url", stateUrl());
		List<String> urls = this.classifiers.stream().map(ManagedProcess::url).toList();
		settings.put("clearview.classifier.urls", String.join(",", this.plan.classifierUrls.apply(urls)));
		if (this.plan.consolePort != 0) {
			List<String> origins = new ArrayList<>(List.of("chrome-extension://*", "moz-extension://*"));
			origins.addAll(Console.origins(this.plan.consolePort));
			settings.put("clearview.cors.allowed-origins", String.join(",", origins));
		}
		settings.putAll(durableSettings());
		settings.putAll(this.plan.gatewaySettings);
		return settings;
	}

	private Map<String, String> durableSettings() {
		return (this.plan.firestorePort != 0) ? FirestoreEmulator.settings(this.plan.root, this.plan.firestorePort)
				: Map.of();
	}

	private static String numbered(String name, int number) {
		return (number == 1) ? name : name + "-" + number;
	}

	/** What a stack is to look like. */
	public static final class Builder {

		private final Path root;

		private final RunDirectory run;

		private final Map<String, String> gatewaySettings = new LinkedHashMap<>();

		private final Map<String, String> classifierSettings = new LinkedHashMap<>();

		// small heaps and the collector that suits them: two JVMs share a developer's
		// machine
		private List<String> jvmOptions = JVM_OPTIONS;

		private int port;

		private int gateways = 1;

		private int classifiers = 1;

		private UnaryOperator<List<String>> classifierUrls = UnaryOperator.identity();

		private int consolePort;

		private boolean separateRedis;

		private boolean recording;

		private int firestorePort;

		private @Nullable URI redisUrl;

		private @Nullable ModelChoice model;

		private @Nullable Path configuration;

		private @Nullable Path apps;

		private Builder(Path root, RunDirectory run) {
			this.root = root.toAbsolutePath().normalize();
			this.run = run;
		}

		/** The first gateway's port; a free one unless given. */
		public Builder port(int port) {
			this.port = Ports.reserve(port);
			return this;
		}

		public Builder gateways(int count) {
			this.gateways = count;
			return this;
		}

		public Builder classifiers(int count) {
			this.classifiers = count;
			return this;
		}

		/** Where gateways find the classifiers, if not where they are. */
		public Builder classifierUrls(UnaryOperator<List<String>> way) {
			this.classifierUrls = way;
			return this;
		}

		/** One Redis for each role, instead of one for both. */
		public Builder separateRedis() {
			this.separateRedis = true;
			return this;
		}

		/** A Firestore emulator, as the durable store of every service. */
		public Builder firestore() {
			this.firestorePort = Ports.free();
			return this;
		}

		/** Records AOT caches instead of using them. */
		Builder recording() {
			this.recording = true;
			return this;
		}

		/** Lets the pages of a console at this port call the gateway. */
		public Builder console(int port) {
			this.consolePort = Ports.reserve(port);
			return this;
		}

		/** A Redis for both roles that runs already. */
		public Builder redisUrl(@Nullable URI url) {
			this.redisUrl = url;
			return this;
		}

		/** The embedded local model unless given. */
		public Builder model(@Nullable ModelChoice model) {
			this.model = model;
			return this;
		}

		/**
		 * A Spring configuration file for every service; the stack's wiring wins over it.
		 */
		public Builder configuration(@Nullable Path file) {
			this.configuration = file;
			return this;
		}

		/** A setting of every gateway, winning over everything. */
		public Builder gatewaySetting(String name, String value) {
			this.gatewaySettings.put(name, value);
			return this;
		}

		/** A setting of every classifier, winning over everything. */
		public Builder classifierSetting(String name, String value) {
			this.classifierSettings.put(name, value);
			return this;
		}

		/** The services' JVM options, instead of small heaps. */
		public Builder jvmOptions(List<String> options) {
			this.jvmOptions = List.copyOf(options);
			return this;
		}

		/** Where unpacked applications are kept, to be shared by several stacks. */
		public Builder apps(Path directory) {
			this.apps = directory;
			return this;
		}

		/**
		 * Unpacks applications, chooses ports, writes keys and settings.
		 * @throws StackException when something is not built or cannot be written
		 */
		public LocalStack build() {
			try {
				this.run.create();
			}
			catch (IOException ex) {
				throw new StackException("Cannot write to " + this.run + ": " + ex.getMessage(), ex);
			}
			return new LocalStack(this);
		}

	}

}
