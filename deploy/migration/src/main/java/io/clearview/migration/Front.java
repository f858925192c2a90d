package io.clearview.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clearview.local.Launch;
import io.clearview.local.ManagedProcess;
import io.clearview.local.Ports;
import io.clearview.local.Probe;
import io.clearview.local.Programs;
import io.clearview.local.RunDirectory;

/**
 * nginx before both backends, with the files that an operator uses: those of
 * {@code deploy/edge/nginx} and {@code deploy/migration/nginx}, unchanged, and the
 * command {@code deploy/migration/route}.
 */
final class Front implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final Path NGINX = Programs.find("nginx").orElse(Path.of("nginx"));

	private final int port = Ports.free();

	private final Path root;

	private final Path directory;

	private final int oldBackend;

	private final ManagedProcess process;

	private boolean migrating = true;

	/**
	 * Writes its files: every request goes to the old backend, no copy is sent.
	 * @param root of the project
	 * @param run where it keeps its files
	 * @param gateway port of the new system
	 * @param oldBackend port of the old backend
	 */
	Front(Path root, RunDirectory run, int gateway, int oldBackend) throws IOException {
		this.root = root;
		this.directory = run.home("nginx");
		this.oldBackend = oldBackend;
		Path files = Files.createDirectories(this.directory.resolve("clearview"));
		for (String source : List.of("deploy/edge/nginx", "deploy/migration/nginx")) {
			try (Stream<Path> all = Files.list(root.resolve(source))) {
				for (Path file : (Iterable<Path>) all::iterator) {
					Files.copy(file, files.resolve(file.getFileName()));
				}
			}
		}
		Files.writeString(files.resolve("migration-share.conf"), """
				# 0 off old
				split_clients $clearview_user $clearview_side { * old; }
				map $host $clearview_share { default 0; }
				map $host $clearview_mirror { default off; }
				map $host $clearview_sign_ups { default old; }
				""");
		write(gateway);
		this.process = new ManagedProcess(run,
				new Launch("nginx", this.directory, List.of(NGINX.toString(), "-c", main().toString()), Map.of(),
						"http", this.port, this.port, Probe.connection()));
	}

	/** Whether nginx is installed. */
	static boolean canRun() {
		return Files.isExecutable(NGINX);
	}

	/** Starts it, and waits until it listens. */
	void start() {
		this.process.start().awaitReady(TIMEOUT);
	}

	ManagedProcess process() {
		return this.process;
	}

	String url() {
		return this.process.url();
	}

	/** Copies that nginx has given up so far, because the new system did not answer. */
	int lostCopies() throws IOException {
		try (Stream<String> lines = Files.lines(this.process.log())) {
			return (int) lines.filter((line) -> line.contains("subrequest: \"/classify\"")).count();
		}
	}

	/** Runs {@code deploy/migration/route} with these options. */
	void route(String options) throws IOException {
		List<String> command = new ArrayList<>(List.of(this.root.resolve("deploy/migration/route").toString()));
		command.addAll(List.of(options.split(" ")));
		run(command);
	}

	/** Lets another gateway take the new system's requests, as a release does. */
	void release(int gateway) throws IOException {
		write(gateway);
		run(List.of(NGINX.toString(), "-c", main().toString(), "-s", "reload"));
	}

	/** Takes the migration's files out: the old backend is not known any more. */
	void endMigration(int gateway) throws IOException {
		this.migrating = false;
		release(gateway);
	}

	private void run(List<String> command) throws IOException {
		Path output = Files.createTempFile(this.directory, "command", ".log");
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectInput(Path.of("/dev/null").toFile())
			.redirectOutput(output.toFile());
		builder.environment().put("CLEARVIEW_NGINX", this.directory.resolve("clearview").toString());
		builder.environment().put("NGINX", NGINX + " -c " + main());
		Process running = builder.start();
		await(running, command.toString());
		if (running.exitValue() != 0) {
			throw new IOException(command + " ended with " + running.exitValue() + ": " + Files.readString(output));
		}
	}

	private void write(int gateway) throws IOException {
		String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
			.map((kind) -> kind + "_temp_path " + this.directory.resolve(kind) + ";")
			.collect(Collectors.joining("\n"));
		// root's workers would be another user, who may not read the run directory
		String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
		Files.writeString(main(),
				"""
						daemon off; worker_processes 1; pid %1$s/pid; error_log stderr; %2$s
						events { worker_connections 2048; }
						http {
							access_log off;
							%3$s
							include clearview/http.conf;
							# each user of the rehearsal has an address of its own
							set_real_ip_from 127.0.0.0/8;
							# two servers, or nginx would never take it for unavailable
							upstream gateways {
								server 127.0.0.1:%4$d max_fails=2 fail_timeout=5s;
								server 127.0.0.1:%4$d max_fails=2 fail_timeout=5s;
								keepalive 64;
								keepalive_timeout 60s;
							}
							# shorter than the 5 s of Node.js
							upstream old_backend { server 127.0.0.1:%5$d; keepalive 64; keepalive_timeout 4s; }
							%6$s
							server {
								listen 127.0.0.1:%7$d;
								include clearview/site.conf;
								%8$s
							}
						}
						""".formatted(this.directory, user, temporary, gateway, this.oldBackend,
						this.migrating ? "include clearview/migration-http.conf;" : "", this.port,
						this.migrating ? "include clearview/migration-site.conf;" : ""));
	}

	private Path main() {
		return this.directory.resolve("nginx.conf");
	}

	private static void await(Process running, String what) throws IOException {
		try {
			if (!running.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				running.destroyForcibly();
				throw new IOException(what + " is not over after " + TIMEOUT.toSeconds() + " s");
			}
		}
		catch (InterruptedException ex) {
			running.destroyForcibly();
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	@Override
	public void close() {
		this.process.stop();
	}

}
