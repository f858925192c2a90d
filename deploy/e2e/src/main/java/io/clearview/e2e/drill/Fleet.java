package io.clearview.e2e.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.clearview.e2e.client.Answer;
import io.clearview.e2e.client.Extension;
import io.clearview.e2e.model.ScriptedModel;
import io.clearview.e2e.wire.Wire;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ModelChoice;
import io.clearview.local.Ports;

/**
 * What the drill breaks: two gateways, two classifiers, both Redis roles, and a model.
 * The gateways reach the second classifier over a wire that can swallow everything.
 */
final class Fleet implements AutoCloseable {

	private static final int USERS = 200;

	private final ScriptedModel model;

	private final LocalStack stack;

	private final Wire wire;

	private final List<Extension> gateways;

	private final List<User> users = new ArrayList<>();

	private Fleet(Path root, Path run, Path apps, Pace pace) throws IOException {
		this.model = new ScriptedModel();
		int wirePort = Ports.free();
		this.stack = LocalStack.builder(root, run)
			.apps(apps)
			.gateways(2)
			.classifiers(2)
			.separateRedis()
			.model(new ModelChoice(this.model.baseUrl(), "scripted", null))
			// each user of the drill comes from a network of its own
			.gatewaySetting("clearview.trusted-proxies", "1")
			.classifierUrls((urls) -> List.of(urls.getFirst(), "http://" + Ports.LOOPBACK + ":" + wirePort))
			.gatewaySetting("clearview.redis.timeout", pace.redisTimeout().toMillis() + "ms")
			.classifierSetting("clearview.redis.timeout", pace.redisTimeout().toMillis() + "ms")
			.classifierSetting("clearview.model.guard.breaker-open", pace.breakerOpen().toMillis() + "ms")
			.build();
		this.wire = new Wire(wirePort, this.stack.classifiers().getLast().port());
		this.gateways = this.stack.gateways().stream().map((gateway) -> new Extension(gateway.url())).toList();
	}

	/** Starts one and lets users in. */
	static Fleet start(Path root, Path run, Path apps, Pace pace) throws IOException {
		Fleet fleet = new Fleet(root, run, apps, pace);
		try {
			fleet.stack.start();
			fleet.enrol();
			return fleet;
		}
		catch (IOException | RuntimeException ex) {
			fleet.close();
			throw ex;
		}
	}

	private void enrol() throws IOException {
		for (int i = 0; i < USERS; i++) {
			String address = "198.18." + i + ".1";
			this.users.add(new User(address, this.gateways.getFirst().from(address).token()));
		}
		// every gateway has seen every token, every classifier every known post
		for (Extension gateway : this.gateways) {
			for (User user : this.users) {
				user.used(gateway);
			}
		}
		for (int i = 0; i < 4; i++) {
			for (List<io.clearview.e2e.client.Post> posts : Feed.known()) {
				User user = this.users.get((i * 50 + posts.hashCode() & 0xff) % USERS);
				Answer answer = user.classify(this.gateways.get(i % 2), posts);
				if (answer.status() != 200) {
					throw new IOException("expected 200, got " + answer.status() + " " + answer.body());
				}
			}
		}
		for (User user : this.users) {
			user.settle(user.used(this.gateways.getFirst()));
		}
	}

	Traffic traffic(long seed) {
		return new Traffic(this.gateways, this.users, new Feed(seed));
	}

	/** A client that no gateway has seen. */
	Extension stranger() {
		return this.gateways.getFirst();
	}

	List<Extension> gateways() {
		return this.gateways;
	}

	List<User> users() {
		return this.users;
	}

	ScriptedModel model() {
		return this.model;
	}

	Wire wire() {
		return this.wire;
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

	@Override
	public void close() throws IOException {
		this.stack.close();
		this.gateways.forEach(Extension::close);
		this.wire.close();
		this.model.close();
	}

}
