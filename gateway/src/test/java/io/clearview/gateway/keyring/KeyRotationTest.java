package io.clearview.gateway.keyring;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.clearview.gateway.testing.Gateway;
import io.clearview.kit.keyring.DirectoryKeyRing;
import io.clearview.kit.keyring.Key;
import io.clearview.kit.keyring.KeyRing;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** A gateway and who verifies its signatures, each looking at the keys for itself. */
class KeyRotationTest {

	private static final Instant NEW = Instant.parse("2026-11-02T00:00:00Z");

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	@TempDir
	private Path keys;

	private final List<String> signedWith = new CopyOnWriteArrayList<>();

	private final List<Integer> statuses = new CopyOnWriteArrayList<>();

	private final AtomicBoolean over = new AtomicBoolean();

	@Test
	void noRequestFailsWhileIdentityAndDeviceKeysAreReplaced() throws Exception {
		Path identity = KeyFiles.ring(this.keys, "identity");
		Path device = KeyFiles.ring(this.keys, "device");
		DirectoryKeyRing verifying = new DirectoryKeyRing("identity", identity, DirectoryKeyRing.Minimum.ACTIVE_KEY,
				Duration.ZERO, Clock.systemUTC(), (_) -> {
				});
		DisposableServer classifier = classifier(verifying);
		try (Gateway gateway = Gateway.start(redis.url(), "http://127.0.0.1:" + classifier.port(),
				"clearview.identity.keys=" + identity, "clearview.device.keys=" + device, "clearview.key-poll=20ms",
				"clearview.key-settling=5s"); ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
			String token = gateway.token();
			for (int i = 0; i < 4; i++) {
				users.execute(() -> use(gateway, token));
			}
			eventually("the old key signs", () -> this.signedWith.size() > 20);
			KeyFiles.write(identity, "new", NEW, true);
			KeyFiles.write(device, "new", NEW, true);
			KeyRing signing = gateway.context().getBean("identityKeys", KeyRing.class);
			eventually("the gateway sees the new key", () -> signing.find("new").isPresent());
			int seen = this.signedWith.size();
			eventually("it goes on", () -> this.signedWith.size() > seen + 10);
			verifying.reload();
			eventually("the new key signs", () -> this.signedWith.getLast().equals("new"));
			Files.delete(identity.resolve("k1.key"));
			Files.delete(device.resolve("k1.key"));
			int before = this.signedWith.size();
			eventually("it goes on", () -> this.signedWith.size() > before + 20);
			this.over.set(true);
		}
		finally {
			this.over.set(true);
			classifier.disposeNow();
		}
		assertThat(this.statuses).isNotEmpty().containsOnly(200, 201);
		assertThat(this.signedWith).contains("k1", "new").doesNotContain("unknown");
	}

	/** Classifies, and opens an account now and then, until it is over. */
	private void use(Gateway gateway, String token) {
		for (int i = 0; !this.over.get(); i++) {
			this.statuses.add(gateway.send(gateway.classify(token, "{\"posts\":[]}")).status());
			if (i % 5 == 0) {
				this.statuses.add(
						gateway
							.send(gateway.request("/auth")
								.header("Content-Type", "application/json")
								.POST(BodyPublishers.noBody()))
							.status());
			}
		}
	}

	/** Believes no request whose signature it cannot check, as the real one. */
	private DisposableServer classifier(DirectoryKeyRing ring) {
		return HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> request.receive()
				.then(Mono.fromSupplier(() -> signer(ring, request.requestHeaders().get("X-ClearView-Identity")))
					.subscribeOn(Schedulers.boundedElastic()))
				.flatMap((key) -> response.status(key.equals("unknown") ? 401 : 200)
					.header("Content-Type", "application/json")
					.sendString(Mono.just("{}"))
					.then()))
			.bindNow();
	}

	private String signer(DirectoryKeyRing ring, String assertion) {
		if (assertion == null) {
			return "nobody";
		}
		try {
			SignedJWT jwt = SignedJWT.parse(assertion);
			String id = jwt.getHeader().getKeyID();
			Key key = ring.find(id).orElse(null);
			String signer = (key != null && jwt.verify(new MACVerifier(key.secret()))) ? id : "unknown";
			this.signedWith.add(signer);
			return signer;
		}
		catch (java.text.ParseException | JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
