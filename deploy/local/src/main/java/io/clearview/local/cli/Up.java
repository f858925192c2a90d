package io.clearview.local.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.clearview.local.Console;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ModelCheck;
import io.clearview.local.Ports;
import io.clearview.local.ProcessIdentity;
import io.clearview.local.Prometheus;
import io.clearview.local.RedisPing;
import io.clearview.local.RunDirectory;
import io.clearview.local.StackException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the stack and says how to use it. */
@Command(name = "up")
final class Up implements Callable<Integer> {

	@Spec
	@Nullable CommandSpec spec;

	@Option(names = "--port", defaultValue = "8080")
	int port;

	@Option(names = "--detach")
	boolean detach;

	@Option(names = "--dir")
	@Nullable Path directory;

	@Option(names = "--redis-url")
	@Nullable URI redisUrl;

	@Option(names = "--config")
	@Nullable Path configuration;

	@Option(names = "--firestore")
	boolean firestore;

	@Option(names = "--observe")
	boolean observe;

	@Option(names = "--no-console")
	boolean noConsole;

	@Option(names = "--console-port", defaultValue = "0")
	int consolePort;

	/** The shell front's own; known here so that it may be passed on. */
	@Option(names = "--no-build")
	boolean noBuild;

	@Option(names = "--help")
	boolean help;

	@Mixin
	ModelOptions model = new ModelOptions();

	private static final int DEFAULT_CONSOLE_PORT = 8090;

	/** Longer than the classifier waits for the model's response. */
	private static final Duration LONGEST_CHECK = Duration.ofSeconds(9);

	private volatile boolean keepRunning;

	private volatile boolean stopping;

	@Override
	public Integer call() {
		PrintWriter out = Objects.requireNonNull(this.spec).commandLine().getOut();
		if (this.help) {
			out.print(Help.of("up"));
			out.flush();
			return 0;
		}
		RunDirectory run = new RunDirectory((this.directory != null) ? this.directory : Main.defaultDirectory());
		claim(run);
		checkOptions();
		LocalStack stack = plan(run);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, run, out), "stop"));
		start(stack, out);
		if (!stack.hasCaches()) {
			MakeCaches.inBackground(run);
		}
		if (this.detach) {
			this.keepRunning = true;
			stack.leaveRunning();
			run.forget(Down.LAUNCHER);
			return 0;
		}
		watch(stack, out);
		if (!this.stopping) {
			throw new StackException("Nothing is left running; see " + run.logs());
		}
		return 0;
	}

	private LocalStack plan(RunDirectory run) {
		LocalStack.Builder builder = LocalStack.builder(Main.root(), run.path())
			.port(this.port)
			.redisUrl(this.redisUrl)
			.configuration(this.configuration);
		if (this.firestore) {
			builder.firestore();
		}
		if (this.noConsole) {
			return builder.model(this.model.choose(run).orElse(null)).build();
		}
		if (this.consolePort == 0) {
			this.consolePort = Ports.isFree(DEFAULT_CONSOLE_PORT) ? DEFAULT_CONSOLE_PORT : Ports.free();
		}
		int modelPort = this.model.standIn ? Ports.free() : 0;
		LocalStack stack = builder.console(this.consolePort)
			.model(this.model.standIn ? ModelOptions.standIn(modelPort) : this.model.choose(run).orElse(null))
			.build();
		stack.beside(Console.of(Main.root(), stack, this.consolePort, modelPort, this.model.describe()));
		return stack;
	}

	/** Makes this JVM the directory's only launcher, over nothing that still runs. */
	private void claim(RunDirectory run) {
		boolean only = run.lock();
		Map<String, ProcessIdentity> running = run.running();
		// not of the stack
		running.remove(MakeCaches.NAME);
		if (!running.isEmpty() || !only) {
			throw new StackException("A stack is running here already ("
					+ (running.isEmpty() ? "being started" : String.join(", ", running.keySet())) + "). Stop it with "
					+ down() + ", or give another --dir and --port");
		}
		ProcessIdentity.of(ProcessHandle.current().pid()).ifPresent((self) -> run.remember(Down.LAUNCHER, self));
	}

	private void checkOptions() {
		if (this.model.standIn && (this.noConsole || this.model.named())) {
			throw new StackException("--model-stub is served by the console: give neither --no-console nor a model");
		}
		if (this.consolePort < 0 || this.consolePort > 65_535) {
			throw new StackException("--console-port " + this.consolePort + ": expected 1 to 65535");
		}
		if (this.consolePort != 0 && (!Ports.isFree(this.consolePort) || this.consolePort == this.port)) {
			throw new StackException(
					"Port " + this.consolePort + " is taken by another program: give another --console-port");
		}
		if (this.port < 1 || this.port > 65_535) {
			throw new StackException("--port " + this.port + ": expected 1 to 65535");
		}
		if (!Ports.isFree(this.port)) {
			throw new StackException("Port " + this.port + " is taken by another program: give another --port");
		}
		if (this.configuration != null) {
			if (!Files.isReadable(this.configuration) || Files.isDirectory(this.configuration)) {
				throw new StackException("--config " + this.configuration + " cannot be read");
			}
			if (!this.configuration.toString().matches(".*\\.(yml|yaml|properties)")) {
				throw new StackException("--config " + this.configuration + ": expected .yml, .yaml or .properties");
			}
		}
		if (this.redisUrl != null) {
			RedisPing.problem(this.redisUrl).ifPresent((problem) -> {
				// not the URL: it may hold a password
				throw new StackException("The Redis of --redis-url cannot be used: " + problem);
			});
		}
	}

	private void start(LocalStack stack, PrintWriter out) {
		out.println("Starting ClearView in " + Welcome.pasteable(stack.directory().path()));
		double seconds;
		try (Progress progress = new Progress(out, stack)) {
			stack.start(progress::ready);
			seconds = progress.seconds();
		}
		Optional<ModelCheck> check = this.model.named() ? ModelCheck.of(stack.classifiers().getFirst(), LONGEST_CHECK)
				: Optional.empty();
		if (check.isPresent() && check.get().misconfigured()) {
			throw new StackException("The model cannot be used: " + check.get().line());
		}
		String url = "http://localhost:" + stack.gateway().port();
		String console = this.noConsole ? null : "http://localhost:" + this.consolePort;
		out.print(Welcome.text(url, console, seconds, this.model.describe(), stack.directory().logs(), down(),
				!this.detach));
		check.ifPresent((found) -> out.println("model      " + found.line()));
		if (this.observe) {
			out.println("observe    " + observe(stack));
		}
		if (!this.model.named() && System.getenv("OPENAI_API_KEY") != null) {
			out.println("note       OPENAI_API_KEY is set but not used: --model or --model-url says so");
		}
		out.flush();
	}

	private static String observe(LocalStack stack) {
		return Prometheus.program().map((program) -> {
			ManagedProcess prometheus = Prometheus.of(program, stack, Main.root().resolve("deploy/prometheus"),
					Duration.ofSeconds(5));
			stack.accompany(prometheus);
			prometheus.awaitReady(LocalStack.READY);
			return "Prometheus with the alert rules at " + prometheus.url();
		})
			.orElse("Prometheus is not installed and was not started: apt install prometheus (Debian, Ubuntu), or "
					+ "deploy/prometheus/programs fetches it without root");
	}

	/** Stays until everything has ended, telling of what ends by itself. */
	private static void watch(LocalStack stack, PrintWriter out) {
		List<ManagedProcess> alive = new ArrayList<>(stack.processes());
		while (!alive.isEmpty()) {
			CompletableFuture.anyOf(alive.stream().map(ManagedProcess::onExit).toArray(CompletableFuture[]::new))
				.join();
			alive.removeIf((process) -> {
				if (process.isAlive()) {
					return false;
				}
				if (process.isWanted() && !process.isTakenOver()) {
					out.println(
							process.name() + " has ended by itself; the rest keeps running. Its log: " + process.log());
				}
				return true;
			});
		}
	}

	private void stop(LocalStack stack, RunDirectory run, PrintWriter out) {
		if (this.keepRunning) {
			return;
		}
		this.stopping = true;
		out.println("Stopping ...");
		stack.close();
		ModelOptions.forgetKey(run);
		run.forget(Down.LAUNCHER);
		out.println("Stopped.");
	}

	private String down() {
		String down = Welcome.pasteable(Main.root().resolve("deploy/local/down"));
		return (this.directory != null) ? down + " --dir " + Welcome.pasteable(this.directory.toAbsolutePath()) : down;
	}

}
