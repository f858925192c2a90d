package io.clearview.kit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static io.clearview.kit.testing.Eventually.eventually;

/**
 * A real Redis Cluster of three masters for one test class:
 * {@code @RegisterExtension static final TestCluster cluster = new TestCluster()}.
 */
public final class TestCluster implements RedisAddress, BeforeAllCallback, AfterAllCallback {

	private static final int SLOTS = 16_384;

	private final List<Node> nodes = IntStream.range(0, 3).mapToObj((_) -> node()).toList();

	private static Node node() {
		try {
			Path table = Files.createTempFile("nodes", ".conf");
			table.toFile().deleteOnExit();
			int bus = TestRedis.freePort();
			return new Node(new TestRedis("cluster-enabled yes", "cluster-config-file " + table, "cluster-port " + bus),
					bus);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		start();
	}

	@Override
	public void afterAll(ExtensionContext context) {
		stop();
	}

	@Override
	public void start() {
		for (int i = 0; i < this.nodes.size(); i++) {
			Node node = this.nodes.get(i);
			node.server.start();
			int first = SLOTS * i / this.nodes.size();
			int last = SLOTS * (i + 1) / this.nodes.size() - 1;
			node.server.ask("CLUSTER ADDSLOTSRANGE " + first + " " + last);
			if (i > 0) {
				this.nodes.getFirst().server
					.ask("CLUSTER MEET " + node.server.address().replace(':', ' ') + " " + node.bus);
			}
		}
		eventually("one cluster",
				() -> ask("CLUSTER INFO").stream()
					.allMatch((info) -> info.contains("cluster_state:ok")
							&& info.contains("cluster_known_nodes:" + this.nodes.size())));
	}

	@Override
	public void stop() {
		this.nodes.forEach((node) -> node.server.stop());
	}

	@Override
	public String url() {
		return "redis://" + this.nodes.stream().map((node) -> node.server.address()).collect(Collectors.joining(","));
	}

	@Override
	public boolean isCluster() {
		return true;
	}

	/** The answer of each node to a command. */
	public List<String> ask(String command) {
		return this.nodes.stream().map((node) -> node.server.ask(command)).toList();
	}

	/**
	 * A master.
	 *
	 * @param server of it
	 * @param bus port at which other masters find it
	 */
	private record Node(TestRedis server, int bus) {
	}

}
