package io.clearview.kit.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.clearview.kit.redis.RedisTest.Connected;
import io.clearview.kit.testing.Logged;
import io.clearview.kit.testing.TestCertificate;
import io.clearview.kit.testing.TestRedis;
import io.clearview.kit.testing.TestSentinel;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Redis with passwords, rights and settings as operators and providers give them. */
class RedisAsMetTest {

	private static final Duration LONG = Duration.ofSeconds(10);

	private static final Duration SHORT = Duration.ofSeconds(1);

	private static final String SECRET = "p@ss:w/o#r%d?&[]{}\"'é";

	private static final String CODED = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);

	private static final String TEXT = "return redis.call('GET', KEYS[1])";

	private static final LuaScript SCRIPT = new LuaScript(TEXT, Base16.digest(TEXT.getBytes()), ScriptOutputType.VALUE);

	private final Logged logged = new Logged(Redis.class.getPackageName());

	private TestRedis server = new TestRedis();

	@AfterEach
	void stop() {
		this.logged.close();
		this.server.stop();
	}

	private void start(String... settings) {
		this.server = new TestRedis(settings);
		this.server.start();
	}

	/** A call that was sent while the connection broke may fail by its time-out only. */
	private Connected connect(String credentials, String more) {
		return Connected.to("redis://" + credentials + this.server.address() + more, SHORT, new SimpleMeterRegistry());
	}

	@Test
	void aPasswordMayHaveEveryCharacterAndADatabaseANumber() {
		start();
		this.server.ask("ACL SETUSER app on ~* &* +@all #" + sha256(SECRET));
		try (Connected connected = connect("app:" + CODED + "@", "/3")) {
			works(connected);
			assertThat(this.server.ask("INFO keyspace")).contains("db3:keys=").doesNotContain("db0");
		}
		assertThat(this.logged.messages()).noneMatch((message) -> message.contains("unavailable"));
	}

	@ParameterizedTest
	@CsvSource({ "'', NOAUTH", "app:wrong-secret@, WRONGPASS", ":wrong-secret@, WRONGPASS" })
	void withoutTheRightPasswordOneLineSaysSoAndNotThePassword(String credentials, String code) {
		start();
		this.server.ask("ACL SETUSER app on ~* &* +@all #" + sha256(SECRET));
		this.server.ask("ACL SETUSER default #" + sha256(SECRET));
		this.server.ask("ACL SETUSER default resetpass #" + sha256(SECRET));
		try (Connected connected = connect(credentials, "")) {
			assertThat(connected.redis().guard().isUp()).isFalse();
			assertThat(this.logged.messages()).containsExactly(
					"redis-cache is unavailable (RedisCommandExecutionException " + code + "); continuing without it");
		}
	}

	@ParameterizedTest
	@CsvSource({ "-eval -evalsha, no right to run EVAL", "-set, no right to run a command of its script",
			"-@all +hello +client +ping, no right to run EVAL", "resetkeys ~other:*, no right to its keys" })
	void aRightThatIsMissingIsNamedInOneLineHoweverOftenItIsTried(String rights, String missing) {
		start();
		this.server.ask("ACL SETUSER app on ~* &* +@all #" + sha256(SECRET) + " " + rights);
		try (Connected connected = connect("app:" + CODED + "@", "")) {
			assertThat(connected.redis().guard().isUp()).isFalse();
			// ten probes later nothing was added
			eventually("probed", () -> calls("eval") + calls("set") >= 10);
			assertThat(this.logged.messages()).hasSize(1)
				.first()
				.asString()
				.contains("redis-cache is unavailable (RedisCommandExecutionException ", missing);

			this.server.ask("ACL SETUSER app ~* +@all");
			eventually("available again", () -> connected.redis().guard().isUp());
			works(connected);
		}
	}

	private long calls(String command) {
		return this.server.calls(command) + this.server.ask("INFO commandstats")
			.lines()
			.filter((line) -> line.startsWith("cmdstat_" + command + ":"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll(".*rejected_calls=(\\d+).*", "$1")))
			.sum();
	}

	@ParameterizedTest
	@ValueSource(strings = { "HELLO", "CLIENT", "CONFIG", "COMMAND" })
	void aCommandThatAProviderTookAwayIsNotMissed(String command) {
		start("rename-command " + command + " \"\"");
		try (Connected connected = connect("", "")) {
			works(connected);
		}
	}

	@Test
	void aCommandThatIsNeededAndTakenAwayIsNamed() {
		start("rename-command EVAL \"\"");
		try (Connected connected = connect("", "")) {
			assertThat(connected.redis().guard().isUp()).isFalse();
			assertThat(this.logged.messages()).containsExactly(
					"redis-cache is unavailable (RedisCommandExecutionException ERR: unknown command EVAL); continuing without it");
		}
	}

	@Test
	void connectionsThatAreCutAgainAndAgainAreMadeAnew() {
		start();
		try (Connected connected = connect("", "")) {
			for (int i = 0; i < 5; i++) {
				works(connected);
				this.server.ask("CLIENT KILL TYPE normal SKIPME yes");
			}
			works(connected);
		}
	}

	@Test
	void aSentinelsMasterIsUsedAndItsSuccessorToo() {
		start();
		TestRedis replica = new TestRedis("replicaof " + this.server.address().replace(':', ' '));
		replica.start();
		for (TestRedis each : List.of(this.server, replica)) {
			each.ask("CONFIG SET masterauth secret requirepass secret");
		}
		try (TestSentinel sentinel = TestSentinel.of(this.server, "secret");
				Connected connected = Connected.to("redis-sentinel://:secret@" + sentinel.address() + "/2#clearview",
						SHORT, new SimpleMeterRegistry())) {
			works(connected);
			sentinel.awaitReplica();
			sentinel.failOver();
			eventually("the replica is used", () -> succeeds(connected.redis().run((redis) -> redis.set("after", "1")))
					&& replica.ask("AUTH secret\r\nSELECT 2\r\nGET after").endsWith("$1\r\n1\r\n+OK\r\n"));
		}
		finally {
			replica.stop();
		}
	}

	@Test
	void tlsTrustsTheAuthorityThatIsGivenAndNoOther(@TempDir Path files) {
		TestCertificate certificate = TestCertificate.in(files);
		int port = TestRedis.freePort();
		start(certificate.redis(port));
		String url = "rediss://127.0.0.1:" + port;
		try (Connected connected = Connected.to(url, certificate.certificate(), SHORT, new SimpleMeterRegistry())) {
			works(connected);
		}
		try (Connected connected = Connected.to(url, null, SHORT, new SimpleMeterRegistry())) {
			assertThat(connected.redis().guard().isUp()).isFalse();
			assertThat(this.logged.messages()).hasSize(1)
				.first()
				.asString()
				.contains("redis-cache is unavailable (", "Cert");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> RedisTls.options(true, files))
			.withMessageContaining("clearview.redis.ca must be a PEM file");
	}

	@Test
	void aServerThatLoadsItsDataIsNamed() throws IOException {
		try (ServerSocket loading = new ServerSocket(0, 64, InetAddress.getLoopbackAddress())) {
			Thread.ofVirtual().start(() -> sayLoading(loading));
			try (Connected connected = Connected.to("redis://127.0.0.1:" + loading.getLocalPort(), SHORT,
					new SimpleMeterRegistry())) {
				assertThat(connected.redis().guard().isUp()).isFalse();
				assertThat(this.logged.messages()).containsExactly(
						"redis-cache is unavailable (RedisLoadingException LOADING); continuing without it");
			}
		}
	}

	private static void sayLoading(ServerSocket server) {
		try {
			while (true) {
				Socket client = server.accept();
				Thread.ofVirtual().start(() -> {
					try (client) {
						BufferedReader lines = new BufferedReader(new InputStreamReader(client.getInputStream()));
						for (String line = lines.readLine(); line != null; line = lines.readLine()) {
							if (line.startsWith("*")) {
								client.getOutputStream()
									.write("-LOADING Redis is loading the dataset in memory\r\n".getBytes());
							}
						}
					}
					catch (IOException _) {
						// the client left
					}
				});
			}
		}
		catch (IOException _) {
			// closed
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "host", "http://u:secret@host", "redis://u:secret@", "redis://u:secret@ho st:1",
			"redis-sentinel://u:secret@host:1", "redis://u:secret@host:port" })
	void aUrlThatIsNoneIsExplainedWithoutThePassword(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> RedisUrl.of(url, false))
			.withMessageContaining("must be redis://")
			.withNoCause()
			.satisfies((fault) -> assertThat(fault.getMessage()).doesNotContain("secret"));
	}

	@Test
	void severalHostsAreACluster() {
		RedisUrl url = RedisUrl.of("rediss://user:p%40ss@one:1,two:2", false);
		assertThat(url.cluster()).isTrue();
		assertThat(url.nodes()).extracting((node) -> node.getHost() + node.getPort() + node.isSsl())
			.containsExactly("one1true", "two2true");
		assertThat(url.toString()).doesNotContain("ss@");
		assertThat(RedisUrl.of("redis://one", true).cluster()).isTrue();
		assertThat(RedisUrl.of("redis://one", false).cluster()).isFalse();
	}

	private void works(Connected connected) {
		eventually("set", () -> succeeds(connected.redis().run((redis) -> redis.set("colour", "green"))));
		eventually("script", () -> succeeds(connected.redis().<String>run(SCRIPT, List.of("colour"))));
	}

	private static boolean succeeds(Mono<?> call) {
		return call.thenReturn(true).onErrorReturn(false).block(LONG);
	}

	private static String sha256(String text) {
		try {
			return java.util.HexFormat.of()
				.formatHex(java.security.MessageDigest.getInstance("SHA-256")
					.digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (java.security.GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
