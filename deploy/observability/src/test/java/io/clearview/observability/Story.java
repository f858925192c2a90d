package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.load.LoadGenerator;
import io.clearview.bench.load.Tally;
import io.clearview.bench.stub.Behaviour;
import io.clearview.bench.stub.Behaviour.Failure;
import io.clearview.bench.traffic.BenchUser;
import io.clearview.bench.traffic.Enrolment;
import io.clearview.bench.traffic.RequestStream;
import io.clearview.bench.workload.PostStream;
import io.clearview.bench.workload.Shape;
import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;

/**
 * What happens to a watched system: users come, everything goes well for a while, two of
 * them ask the same at once, and then whatever an alert or a panel is about goes wrong.
 */
final class Story implements AutoCloseable {

	/** Stands in every post that is sent by hand. */
	static final String POST = "zqpost";

	/** What users want hidden who are sent by hand. */
	static final String WISH = "zqwish no adverts for my friends";

	/**
	 * So slow that whoever waits for it is where the histogram is finest, whatever else
	 * the machine does; and not always equally slow, so that they are spread over its
	 * buckets, and the slowest hundredth is no matter of chance.
	 */
	static final Behaviour SOUND = Behaviour.sound(300, 200);

	private static final String REQUESTS = "sum(clearview_requests_seconds_count{job=\"clearview-gateway\", endpoint=\"classify\"})";

	private static final String AWAITED = REQUESTS.replace("})", ", model=\"awaited\"})");

	/**
	 * The dashboard's latency by service; these are the gateway's requests that waited.
	 */
	private static final Panel LATENCY = Panel.named("requests", "Latency by service");

	private static final Map<String, String> AT_THE_GATEWAY = Map.of("job", "clearview-gateway", "model", "awaited");

	private static final String COST = "sum(clearview_cost_spent_usd_total)";

	private static final int USERS = 60;

	private static final int POSTS = 3;

	/**
	 * As many at a time as even a busy machine can take: nothing is to fail but what
	 * must, and nobody is to wait for a processor.
	 */
	private static final int CONNECTIONS = 8;

	/** Seconds; what a warm system takes, whatever the model does. */
	private static final double WARM = 0.7;

	private static final int WARMED_AT_MOST = 12;

	private final WatchedSystem system;

	private final Duration length;

	private final LoadGenerator generator = new LoadGenerator(Duration.ofSeconds(10));

	private final Extension client;

	private final List<String> tokens = new ArrayList<>();

	private final Map<String, String> users = new HashMap<>();

	private Supplier<Exchange> traffic = () -> {
		throw new IllegalStateException("nobody is there yet");
	};

	private int addresses;

	/**
	 * What was counted while everything went well, by Prometheus and by those who know.
	 *
	 * @param requests that Prometheus saw
	 * @param awaited those of them that had to wait for the model
	 * @param p99 seconds, of those, as the dashboard shows it
	 * @param bounds of the histogram's buckets, in seconds and in their order
	 * @param hitRate as the dashboard shows it
	 * @param cost US dollars that Prometheus saw
	 * @param sent by the load generator
	 * @param clients who took the time
	 * @param billed by the model, US dollars
	 */
	record Steady(double requests, double awaited, double p99, List<Double> bounds, double hitRate, double cost,
			Tally sent, Stopwatch clients, double billed) {
	}

	/** Two answers to the same question, asked at the same time. */
	record Pair(JsonResponse first, JsonResponse second) {
	}

	/**
	 * Begins to tell it.
	 * @param length of each stretch of load
	 */
	Story(WatchedSystem system, Duration length) {
		this.system = system;
		this.length = length;
		this.client = new Extension(system.stack().gateway().url());
	}

	/** Users come, until the code that serves them is compiled. */
	void begin() {
		List<BenchUser> accounts = new Enrolment(0).enrol(this.generator, this.system.address(), USERS)
			.orTimeout(2, TimeUnit.MINUTES)
			.join();
		accounts.forEach((account) -> this.tokens
			.add(new String(account.headers(), StandardCharsets.US_ASCII).split("\\s+")[2]));
		long began = System.nanoTime();
		this.traffic = new RequestStream(accounts, new PostStream(Shape.minutes(), 7), POSTS, 7)
			.realistic(() -> (System.nanoTime() - began) / 3.6e12);
		double p99 = Double.POSITIVE_INFINITY;
		for (int i = 0; i < WARMED_AT_MOST && p99 > WARM; i++) {
			Stopwatch clients = new Stopwatch();
			load(clients.timing(this.traffic), Duration.ofSeconds(5)).join();
			p99 = Stopwatch.p99(clients.awaited());
		}
	}

	/**
	 * Everything goes well, and Prometheus sees it from the first request to the last.
	 */
	Steady steady(PrometheusApi prometheus) {
		double requests = prometheus.now(REQUESTS).orElse(0);
		double awaited = prometheus.now(AWAITED).orElse(0);
		double cost = prometheus.now(COST).orElse(0);
		double billed = this.system.billed();
		Stopwatch clients = new Stopwatch();
		Tally sent = load(clients.timing(this.traffic), this.length).join();
		Waiting.until("the last request is scraped",
				() -> prometheus.now(REQUESTS).orElse(0) >= requests + sent.requests());
		// one look later, so that nothing of it was seen in part
		Waiting.pass(WatchedSystem.LOOK.multipliedBy(2));
		return new Steady(prometheus.now(REQUESTS).orElseThrow() - requests,
				prometheus.now(AWAITED).orElseThrow() - awaited,
				prometheus.now(LATENCY.expression().text(), AT_THE_GATEWAY), bounds(prometheus),
				prometheus.now(Rule.named("clearview:cache_hits:ratio_rate5m").expression().text()).orElseThrow(),
				prometheus.now(COST).orElseThrow() - cost, sent, clients, this.system.billed() - billed);
	}

	private static List<Double> bounds(PrometheusApi prometheus) {
		return prometheus
			.range("sum by (le) (clearview_requests_seconds_bucket{job=\"clearview-gateway\", le!=\"+Inf\"})",
					Instant.now().minusSeconds(2), Instant.now())
			.stream()
			.map((series) -> Double.parseDouble(series.labels().get("le")))
			.sorted()
			.toList();
	}

	/** Two users ask about a post that nobody saw before, at the same time. */
	Pair together() throws IOException {
		String first = token();
		String second = token();
		List<Post> posts = List.of(Post.of(POST + " that two see at the same time"));
		long calls = this.system.asked().calls();
		this.system.behave(Behaviour.sound(2_000, 0));
		CompletableFuture<JsonResponse> answer = CompletableFuture.supplyAsync(() -> ask(first, posts));
		Waiting.until("the model is asked", () -> this.system.asked().calls() > calls);
		JsonResponse joined = ask(second, posts);
		this.system.behave(SOUND);
		return new Pair(answer.join(), joined);
	}

	/** Everything goes wrong that can, under load. */
	void troubled() throws IOException, InterruptedException {
		String known = token();
		String poor = token();
		String promoted = token();
		String revoked = token();
		// the first request with a token opens its account
		quota(promoted);
		quota(revoked);
		CompletableFuture<Tally> load = load(this.traffic, this.length.plusSeconds(10));
		refusals(known);
		limits(known, poor, promoted);
		this.system.administer("revoke", user(revoked));
		Waiting.until("a revoked token is refused", () -> quota(revoked).status() == 401);
		modelFails();
		redisStops(known);
		classifierHangs(known);
		load.join();
	}

	private void refusals(String known) throws IOException {
		this.client.post(known, BodyPublishers.ofString("{\"posts\":[]}"));
		this.client.post(known, BodyPublishers.ofString("posts=1"));
		this.client.post(known, BodyPublishers.ofByteArray(new byte[101 * 1024]));
		this.client.send(this.client.request("/nowhere").GET());
		this.client.send(this.client.request("/classify").GET());
		this.client.preflight("/classify", "https://evil.example");
		this.client.send(this.client.request("/health").GET());
	}

	private void limits(String known, String poor, String promoted) throws IOException, InterruptedException {
		Extension hasty = elsewhere();
		until429(() -> hasty.post("Bearer x", BodyPublishers.ofString("{}")), 130);
		List<Post> posts = Collections.nCopies(50, Post.of(POST + " seen again and again"));
		ask(known, posts);
		until429(() -> this.client.classify(poor, WISH, posts), 14);
		this.system.administer("tier", user(promoted), "pro");
		Waiting.until("more than a minute's posts are refused", () -> ask(promoted, posts).status() == 429);
	}

	/**
	 * Fails at once, so that the breaker opens; then is silent, so that calls time out.
	 */
	private void modelFails() {
		for (Failure failure : List.of(Failure.ERROR, Failure.SILENCE)) {
			this.system.behave(new Behaviour(10, 0, 1, failure));
			Waiting.pass(this.length.dividedBy(6));
		}
		this.system.behave(SOUND);
	}

	/** The one thing that a user sees as a 5xx. */
	private void classifierHangs(String known) {
		List<ManagedProcess> classifiers = this.system.stack().classifiers();
		classifiers.forEach(ManagedProcess::pause);
		try {
			Waiting.until("the quota cannot be read", () -> quota(known).status() == 503);
		}
		finally {
			classifiers.forEach(ManagedProcess::resume);
		}
	}

	private void redisStops(String known) throws IOException {
		List<ManagedProcess> redis = this.system.redis();
		redis.forEach(ManagedProcess::stop);
		IntStream.range(0, 5).forEach((number) -> ask(known, List.of(Post.of(POST + " without Redis " + number))));
		String unseen = token();
		Waiting.until("whoever is new is served, too", () -> quota(unseen).status() == 200);
		Waiting.pass(this.length.dividedBy(6));
		redis.forEach((server) -> {
			this.system.stack().start(server);
			server.awaitReady(LocalStack.READY);
		});
		Waiting.pass(this.length.dividedBy(6));
	}

	/** Tokens that users have. */
	List<String> tokens() {
		return List.copyOf(this.tokens);
	}

	private CompletableFuture<Tally> load(Supplier<Exchange> traffic, Duration length) {
		return this.generator.saturating(this.system.address(), traffic, length, CONNECTIONS)
			.orTimeout(length.toSeconds() + 60, TimeUnit.SECONDS);
	}

	private String token() throws IOException {
		JsonResponse account = elsewhere().authenticate();
		String token = account.at("/token");
		this.tokens.add(token.substring("Bearer ".length()));
		this.users.put(token, account.at("/userId"));
		return token;
	}

	private String user(String token) {
		return Objects.requireNonNull(this.users.get(token));
	}

	private Extension elsewhere() {
		return this.client.from("198.19." + this.addresses++ + ".1");
	}

	private JsonResponse quota(String token) {
		return asked(() -> elsewhere().quota(token));
	}

	private JsonResponse ask(String token, List<Post> posts) {
		return asked(() -> this.client.classify(token, WISH, posts));
	}

	private static void until429(Request request, int atMost) throws IOException {
		int status = 0;
		for (int i = 0; i < atMost && status != 429; i++) {
			status = request.send().status();
		}
		if (status != 429) {
			throw new AssertionError("expected a limit to be met, got " + status);
		}
	}

	private static JsonResponse asked(Request request) {
		try {
			return request.send();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.client.close();
		this.generator.close();
	}

	/** A request that is answered. */
	@FunctionalInterface
	private interface Request {

		JsonResponse send() throws IOException;

	}

}
