package io.clearview.migration;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clearview.e2e.Directories;
import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.local.Ports;
import io.clearview.local.RunDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The files of {@code deploy/migration/nginx} and the command {@code route} in nginx,
 * where it is installed, between two stubs.
 */
class FrontTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final List<String> TOKENS = tokens(60);

	@TempDir
	Path directory;

	private Stub oldStub;

	private Stub newStub;

	private Front front;

	private Extension extension;

	@BeforeAll
	static void needsNginx() {
		if (!Front.canRun()) {
			System.out.println("nginx is not installed: the front of the migration is not tested");
		}
		assumeThat(Front.canRun()).as("nginx is installed").isTrue();
	}

	@BeforeEach
	void start() throws IOException {
		this.oldStub = new Stub();
		this.newStub = new Stub();
		this.front = new Front(Directories.root(), new RunDirectory(this.directory), this.newStub.port(),
				this.oldStub.port());
		this.front.start();
		this.extension = new Extension(this.front.url());
	}

	@AfterEach
	void stop() {
		this.extension.close();
		this.front.close();
		this.oldStub.close();
		this.newStub.close();
	}

	@Test
	void aUserWhoIsAmongTenPercentIsAmongFifty() throws IOException {
		Set<String> before = onNew("0");
		assertThat(before).isEmpty();
		for (String share : List.of("10", "50", "100")) {
			Set<String> after = onNew(share);
			assertThat(after).containsAll(before);
			before = after;
		}
		assertThat(before).hasSize(TOKENS.size());
		assertThat(onNew("50")).hasSizeBetween(15, 45);
		assertThat(onNew("12.5")).hasSizeBetween(1, 25);
	}

	@Test
	void aTokenIsTheSameUserHoweverItIsWritten() throws IOException {
		route("--share 50");
		for (String token : TOKENS.subList(0, 20)) {
			boolean isNew = side(classify(token)).isNew();
			assertThat(side(classify("bearer " + token)).isNew()).isEqualTo(isNew);
			assertThat(side(this.extension.from("198.18.7.7").quota(token)).isNew()).isEqualTo(isNew);
		}
	}

	@Test
	void onlyClassifyIsCopiedAndOnlyWhatTheOldBackendServes() throws IOException {
		route("--share 50 --mirror on");
		String onOld = TOKENS.stream().filter((token) -> !isOnNew(token)).findFirst().orElseThrow();
		String onNew = TOKENS.stream().filter(this::isOnNew).findFirst().orElseThrow();
		awaitQuiet();
		this.newStub.seen.clear();
		this.oldStub.seen.clear();
		assertThat(side(classify(onOld))).isEqualTo(new Side(false, "50", false));
		this.newStub.await(1);
		Seen copy = this.newStub.seen.remove();
		Seen original = this.oldStub.seen.remove();
		assertThat(copy.request()).isEqualTo("POST /classify");
		assertThat(copy.body()).isEqualTo(original.body()).contains("a post");
		assertThat(copy.token()).isEqualTo(onOld);
		assertThat(copy.client()).isEqualTo(original.client()).startsWith("198.");
		assertThat(side(classify(onNew))).isEqualTo(new Side(true, "50", false));
		this.extension.quota(onOld);
		this.extension.preflight("/classify", Extension.ORIGIN);
		this.extension.authenticate();
		awaitQuiet();
		assertThat(this.newStub.seen).extracting(Seen::request).filteredOn("POST /classify"::equals).hasSize(1);
		assertThat(this.oldStub.seen).extracting(Seen::request)
			.contains("POST /auth", "GET /quota")
			.doesNotContain("POST /classify");
	}

	@Test
	void copiesOfSomeAreOfThoseWhoComeFirst() throws IOException {
		Set<String> first = onNew("30");
		route("--share 0 --mirror 30");
		for (String token : TOKENS) {
			assertThat(side(classify(token)).isNew()).isFalse();
		}
		this.newStub.await(first.size());
		assertThat(this.newStub.seen).extracting(Seen::token).containsExactlyInAnyOrderElementsOf(first);
	}

	@Test
	void aUserSeesNothingOfACopyThatHangs() throws IOException {
		route("--mirror on");
		this.newStub.hang();
		long began = System.nanoTime();
		for (String token : TOKENS.subList(0, 2)) {
			JsonResponse answer = classify(token);
			assertThat(answer.status()).isEqualTo(200);
			assertThat(side(answer)).isEqualTo(new Side(false, "0", false));
		}
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT);
	}

	@Test
	void whatOneSideDoesNotKnowIsAskedOfTheOther() throws IOException {
		this.oldStub.status = 401;
		JsonResponse answer = classify(TOKENS.getFirst());
		assertThat(answer.status()).isEqualTo(200);
		assertThat(side(answer)).isEqualTo(new Side(true, "0", true));
		assertThat(this.newStub.seen.remove().body()).contains("a post");
		this.oldStub.status = 200;
		this.newStub.status = 401;
		route("--share 100");
		assertThat(side(classify(TOKENS.getFirst()))).isEqualTo(new Side(false, "100", true));
		this.oldStub.status = 401;
		assertThat(classify(TOKENS.getFirst()).status()).isEqualTo(401);
	}

	@Test
	void aCopyAndARequestThatTheOldBackendDoesNotKnowHaveOneIdempotencyKey() throws IOException {
		route("--mirror on");
		this.oldStub.status = 401;
		assertThat(classify(TOKENS.getFirst()).status()).isEqualTo(200);
		this.newStub.await(2);
		List<String> keys = this.newStub.seen.stream().map(Seen::idempotencyKey).distinct().toList();
		assertThat(keys).hasSize(1).first().asString().matches("[0-9a-f]{32}");
		this.newStub.seen.clear();
		this.extension.send(this.extension.request("/classify")
			.header("Authorization", TOKENS.getFirst())
			.header("Idempotency-Key", "mine")
			.POST(BodyPublishers.ofString("{}")));
		this.newStub.await(2);
		assertThat(this.newStub.seen).extracting(Seen::idempotencyKey).containsOnly("mine");
	}

	@Test
	void whoIsGoneIsReplacedByTheOther() throws IOException {
		route("--share 100");
		this.newStub.close();
		assertThat(side(classify(TOKENS.getFirst()))).isEqualTo(new Side(false, "100", true));
		this.oldStub.close();
		JsonResponse nobody = classify(TOKENS.getFirst());
		assertThat(nobody.status()).isEqualTo(502);
		assertThat(nobody.at("/error")).isEqualTo("INTERNAL_ERROR");
		assertThat(nobody.at("/correlationId")).isNotEmpty();
	}

	@Test
	void whatASideRefusesPassesUnchanged() throws IOException {
		for (String share : List.of("0", "100")) {
			route("--share " + share);
			for (int status : List.of(400, 429)) {
				this.oldStub.status = status;
				this.newStub.status = status;
				JsonResponse answer = classify(TOKENS.getFirst());
				assertThat(answer.status()).isEqualTo(status);
				assertThat(answer.at("/stub")).isEqualTo("yes");
				assertThat(side(answer).instead()).isFalse();
			}
		}
	}

	@Test
	void aBodyMayHave102400Bytes() throws IOException {
		for (String share : List.of("0", "100")) {
			route("--share " + share);
			assertThat(post(102_400).status()).isEqualTo(200);
			JsonResponse refused = post(102_401);
			assertThat(refused.status()).isEqualTo(413);
			assertThat(refused.at("/error")).isEqualTo("PAYLOAD_TOO_LARGE");
		}
	}

	@Test
	void signUpsHaveASideOfTheirOwn() throws IOException {
		route("--share 100");
		assertThat(side(this.extension.authenticate())).isEqualTo(new Side(false, "100", false));
		route("--share 0 --sign-ups new");
		assertThat(side(this.extension.authenticate())).isEqualTo(new Side(true, "0", false));
	}

	@Test
	void routeSaysWhatIsWrongAndChangesNothing() throws IOException {
		route("--share 100");
		for (String wrong : List.of("--share 101", "--share x", "--mirror maybe", "--mirror 200", "--sign-ups both",
				"--else 1", "--share")) {
			org.assertj.core.api.Assertions.assertThatThrownBy(() -> this.front.route(wrong))
				.hasMessageContaining("ended with 2");
		}
		assertThat(side(classify(TOKENS.getFirst()))).isEqualTo(new Side(true, "100", false));
	}

	@Test
	void afterTheMigrationTheOldBackendIsNotKnown() throws IOException {
		route("--share 50");
		this.front.endMigration(this.newStub.port());
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (!share().isEmpty() && System.nanoTime() < end) {
			LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
		}
		awaitQuiet();
		this.oldStub.seen.clear();
		for (String token : TOKENS.subList(0, 20)) {
			assertThat(classify(token).status()).isEqualTo(200);
		}
		assertThat(this.oldStub.seen).isEmpty();
	}

	/** Sets the route, and waits until nginx has taken it up. */
	private void route(String options) throws IOException {
		this.front.route(options);
		int from = options.indexOf("--share ");
		if (from < 0) {
			// the share is what one can see from outside
			this.front.route("--share 0.01");
			awaitShare("0.01");
			this.front.route("--share 0");
			awaitShare("0");
		}
		else {
			awaitShare(options.substring(from + "--share ".length()).split(" ")[0]);
		}
	}

	private void awaitShare(String share) throws IOException {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		int statusOfOld = this.oldStub.status;
		int statusOfNew = this.newStub.status;
		this.oldStub.status = 200;
		this.newStub.status = 200;
		while (!share().equals(share)) {
			assertThat(System.nanoTime()).isLessThan(end);
			LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
		}
		awaitQuiet();
		this.oldStub.status = statusOfOld;
		this.newStub.status = statusOfNew;
		this.oldStub.seen.clear();
		this.newStub.seen.clear();
	}

	/** The share in force, over a new connection: nginx closes those from before. */
	private String share() throws IOException {
		this.extension.close();
		this.extension = new Extension(this.front.url());
		return side(this.extension.quota(TOKENS.getFirst())).share();
	}

	/** Copies arrive a little later. */
	private void awaitQuiet() {
		int seen = -1;
		while (seen != this.oldStub.seen.size() + this.newStub.seen.size()) {
			seen = this.oldStub.seen.size() + this.newStub.seen.size();
			LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
		}
	}

	private Set<String> onNew(String share) throws IOException {
		route("--share " + share);
		return TOKENS.stream().filter(this::isOnNew).collect(Collectors.toSet());
	}

	private boolean isOnNew(String token) {
		try {
			// a flood from one address would be refused
			String address = "198.18.1." + (1 + TOKENS.indexOf(token));
			return side(this.extension.from(address).quota(token)).isNew();
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private JsonResponse classify(String token) throws IOException {
		return this.extension.classify(token, null, List.of(Post.of("a post")));
	}

	private JsonResponse post(int bytes) throws IOException {
		return this.extension.post(TOKENS.getFirst(), BodyPublishers.ofString(" ".repeat(bytes)));
	}

	private static Side side(JsonResponse answer) {
		return Side.of(answer);
	}

	private static List<String> tokens(int count) {
		SplittableRandom random = new SplittableRandom(7);
		return IntStream.range(0, count).mapToObj((_) -> {
			byte[] token = new byte[32];
			random.nextBytes(token);
			return "Bearer " + HexFormat.of().formatHex(token);
		}).toList();
	}

	private record Seen(String request, String token, String client, String idempotencyKey, String body) {
	}

	/** One side: answers with a status, or not at all. */
	private static final class Stub implements AutoCloseable {

		private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

		private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

		private final HttpServer server;

		private volatile CountDownLatch gate = new CountDownLatch(0);

		private volatile int status = 200;

		Stub() throws IOException {
			this.server = HttpServer.create(new InetSocketAddress(Ports.LOOPBACK, Ports.free()), 0);
			this.server.setExecutor(this.threads);
			this.server.createContext("/", this::serve);
			this.server.start();
		}

		int port() {
			return this.server.getAddress().getPort();
		}

		/** From now on does not answer. */
		void hang() {
			this.gate = new CountDownLatch(1);
		}

		/** Waits until it has seen so many. */
		void await(int count) {
			long end = System.nanoTime() + TIMEOUT.toNanos();
			while (this.seen.size() < count && System.nanoTime() < end) {
				LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
			}
			assertThat(this.seen).hasSize(count);
		}

		private void serve(HttpExchange exchange) throws IOException {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			this.seen.add(new Seen(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(),
					header(exchange, "Authorization"), header(exchange, "X-Forwarded-For"),
					header(exchange, "Idempotency-Key"), body));
			try {
				this.gate.await();
			}
			catch (InterruptedException _) {
				Thread.currentThread().interrupt();
			}
			byte[] reply = "{\"stub\":\"yes\"}".getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(this.status, reply.length);
			exchange.getResponseBody().write(reply);
			exchange.close();
		}

		private static String header(HttpExchange exchange, String name) {
			return String.join(", ", exchange.getRequestHeaders().getOrDefault(name, List.of()));
		}

		@Override
		public void close() {
			this.gate.countDown();
			this.server.stop(0);
			this.threads.shutdownNow();
		}

	}

}
