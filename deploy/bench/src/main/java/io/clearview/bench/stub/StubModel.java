package io.clearview.bench.stub;

import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The stub as a process. */
@Command(name = "stub-model", mixinStandardHelpOptions = true,
		description = "Answers like an OpenAI-compatible chat-completions endpoint until it is stopped.")
public final class StubModel implements Callable<Integer> {

	@Option(names = "--port", required = true, description = "Where it listens, on the loopback address.")
	private int port;

	@Option(names = "--latency", defaultValue = "80", description = "Milliseconds before an answer leaves.")
	private int latency;

	@Option(names = "--jitter", defaultValue = "0", description = "Milliseconds by which that is more or less.")
	private int jitter;

	public static void main(String[] args) {
		System.exit(new CommandLine(new StubModel()).execute(args));
	}

	@Override
	public Integer call() {
		try (StubServer server = new StubServer(this.port, Behaviour.sound(this.latency, this.jitter))) {
			server.await();
		}
		return CommandLine.ExitCode.OK;
	}

}
