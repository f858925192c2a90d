import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients of the API at a fixed rate, one post a request, until a file appears; counts
 * what they got. Run by deploy/docker/check, with JDK 25:
 * {@code java Clients.java URL RATE SECONDS STOP-FILE}. Each client has an address of its
 * own in {@code X-Forwarded-For} and stays below the limits of a free account. Nothing is
 * tried again.
 */
class Clients {

	private static final int CLIENTS = 400;

	private static final Duration TIMEOUT = Duration.ofSeconds(15);

	private final String url;

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();

	private final long[] micros = new long[2_000_000];

	private final AtomicInteger measured = new AtomicInteger();

	Clients(String url) {
		this.url = url;
	}

	public static void main(String[] args) throws Exception {
		new Clients(args[0]).run(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Path.of(args[3]));
	}

	private void run(int rate, int seconds, Path stop) throws Exception {
		List<String> tokens = new ArrayList<>();
		for (int client = 0; client < CLIENTS; client++) {
			// below the rate at which nginx takes it for a flood
			Thread.sleep(25);
			tokens.add(signUp(client));
		}
		System.out.println("signed up");
		Semaphore inFlight = new Semaphore(rate * 10);
		try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
			long begin = System.nanoTime();
			long end = begin + Duration.ofSeconds(seconds).toNanos();
			for (int i = 0; System.nanoTime() < end && !Files.exists(stop); i++) {
				long due = begin + i * 1_000_000_000L / rate;
				long wait = due - System.nanoTime();
				if (wait > 0) {
					Thread.sleep(Duration.ofNanos(wait));
				}
				if (!inFlight.tryAcquire()) {
					count("not sent");
					continue;
				}
				int number = i;
				requests.execute(() -> {
					try {
						count(classify(number, tokens.get(number % CLIENTS), Math.max(due, begin)));
					}
					finally {
						inFlight.release();
					}
				});
			}
		}
		int n = Math.min(this.measured.get(), this.micros.length);
		long[] sorted = Arrays.copyOf(this.micros, n);
		Arrays.sort(sorted);
		System.out.printf("result requests=%d lost=%d refused=%d unjudged=%d wrong=%d p50=%d ms p99=%d ms max=%d ms%n",
				this.outcomes.values().stream().mapToInt(AtomicInteger::get).sum(), of("lost") + of("not sent"),
				of("refused"), of("unjudged"), of("wrong"), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
		System.out.println("outcomes " + new TreeMap<>(this.outcomes));
	}

	private String signUp(int client) throws Exception {
		HttpResponse<String> response = this.http.send(request("/auth", client).POST(BodyPublishers.noBody()).build(),
				BodyHandlers.ofString());
		if (response.statusCode() != 201) {
			throw new IllegalStateException("sign-up " + client + ": " + response.statusCode() + " " + response.body());
		}
		return response.body().replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
	}

	private String classify(int number, String token, long due) {
		boolean block = number % 2 == 0;
		String text = block ? "Guaranteed airdrop of coins, send 1 ETH and get 2 back, number " + number % 1000
				: "We walked along the river this morning, walk number " + number % 1000;
		try {
			HttpResponse<String> response = this.http.send(
					request("/classify", number % CLIENTS).header("Authorization", token)
						.POST(BodyPublishers.ofString("{\"preference\":\"Block spam and crypto scams\",\"posts\":[{\"hash\":\"post_"
								+ number + "\",\"content\":\"" + text + "\"}]}"))
						.build(),
					BodyHandlers.ofString());
			int index = this.measured.getAndIncrement();
			if (index < this.micros.length) {
				this.micros[index] = (System.nanoTime() - due) / 1000;
			}
			String body = response.body();
			if (response.statusCode() != 200) {
				return "refused " + response.statusCode();
			}
			if (body.contains("\"failedOpen\":true") || body.contains("\"pending\":true")) {
				return "unjudged " + body.replaceAll(".*\"reason\":\"([^\"]*)\".*", "$1");
			}
			return body.contains("\"label\":\"" + (block ? "BLOCK" : "ALLOW") + "\"") ? "right" : "wrong";
		}
		catch (Exception ex) {
			return "lost " + ex.getClass().getSimpleName();
		}
	}

	private HttpRequest.Builder request(String path, int client) {
		return HttpRequest.newBuilder(URI.create(this.url + path))
			.timeout(TIMEOUT)
			.header("Content-Type", "application/json")
			.header("User-Agent", "client " + client)
			.header("X-Forwarded-For", "%d.%d.%d.1".formatted(20 + client % 100, client / 100, client % 250));
	}

	private void count(String outcome) {
		this.outcomes.computeIfAbsent(outcome, (_) -> new AtomicInteger()).incrementAndGet();
	}

	private int of(String kind) {
		return this.outcomes.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith(kind))
			.mapToInt((entry) -> entry.getValue().get())
			.sum();
	}

	private static long at(long[] sorted, double quantile) {
		return (sorted.length == 0) ? 0 : sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1000;
	}

}
