package io.clearview.e2e.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Talks to a gateway as the installed extension does: a service worker of a
 * {@code chrome-extension://} origin that asks for a token once, and classifies with it.
 * Safe for use by several threads.
 */
public final class Extension implements AutoCloseable {

	/** The origin of an installed extension. */
	public static final String ORIGIN = "chrome-extension://abcdefghijklmnopabcdefghijklmnop";

	/** When the extension gives up waiting. */
	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final HttpClient client;

	private final String gateway;

	private final String address;

	/**
	 * A client of its own network.
	 * @param gateway base URL, without a slash at its end
	 */
	public Extension(String gateway) {
		this(HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(5))
			.executor(Executors.newVirtualThreadPerTaskExecutor())
			.build(), gateway, anyAddress());
	}

	private Extension(HttpClient client, String gateway, String address) {
		this.client = client;
		this.gateway = gateway;
		this.address = address;
	}

	/**
	 * The same connections, used for another client.
	 * @param address of that client, for which a trusted proxy vouches
	 */
	public Extension from(String address) {
		return new Extension(this.client, this.gateway, address);
	}

	/** {@code POST /auth}: a JSON content type and no body at all. */
	public JsonResponse authenticate() throws IOException {
		return send(request("/auth").header("Content-Type", "application/json").POST(BodyPublishers.noBody()));
	}

	/**
	 * A new account's token, with its {@code Bearer}.
	 * @throws IOException when none is given out
	 */
	public String token() throws IOException {
		JsonResponse answer = authenticate();
		if (answer.status() != 201) {
			throw new IOException("expected a token, got " + answer.status() + " " + answer.body());
		}
		return answer.at("/token");
	}

	/** The preflight that precedes every call of a web page or a service worker. */
	public JsonResponse preflight(String path, String origin) throws IOException {
		return send(HttpRequest.newBuilder(URI.create(this.gateway + path))
			.timeout(TIMEOUT)
			.header("Origin", origin)
			.header("Access-Control-Request-Method", "POST")
			.header("Access-Control-Request-Headers", "authorization,content-type")
			.method("OPTIONS", BodyPublishers.noBody()));
	}

	/** {@code POST /classify}. */
	public JsonResponse classify(String token, @Nullable String preference, List<Post> posts) throws IOException {
		return post(token, BodyPublishers.ofByteArray(body(preference, posts)));
	}

	/**
	 * {@code POST /classify} with a deadline, as clients other than the extension send
	 * it.
	 */
	public JsonResponse classifyWithin(String token, Duration deadline, List<Post> posts) throws IOException {
		return post(token, BodyPublishers
			.ofByteArray(JSON.writeValueAsBytes(Map.of("posts", posts, "deadlineMs", deadline.toMillis()))));
	}

	/** {@code POST /classify} with any body. */
	public JsonResponse post(String token, BodyPublisher body) throws IOException {
		return send(request("/classify").header("Authorization", token)
			.header("Content-Type", "application/json")
			.POST(body));
	}

	/** {@code GET /quota}. */
	public JsonResponse quota(String token) throws IOException {
		return send(request("/quota").header("Authorization", token).GET());
	}

	/** Begins a request that is like none of the above. */
	public HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.gateway + path))
			.timeout(TIMEOUT)
			.header("Origin", ORIGIN)
			.header("X-Forwarded-For", this.address);
	}

	/** Sends it. */
	public JsonResponse send(HttpRequest.Builder request) throws IOException {
		long began = System.nanoTime();
		HttpResponse<byte[]> response = exchange(request.build());
		Duration took = Duration.ofNanos(System.nanoTime() - began);
		try {
			return new JsonResponse(response.statusCode(), response.headers(), JSON.readTree(response.body()), took);
		}
		catch (JacksonException _) {
			return new JsonResponse(response.statusCode(), response.headers(), MissingNode.getInstance(), took);
		}
	}

	/**
	 * A request's own time-out ends with the head of its answer: a body that never ends
	 * is given up here.
	 */
	private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException {
		CompletableFuture<HttpResponse<byte[]>> answer = this.client.sendAsync(request, BodyHandlers.ofByteArray());
		try {
			return answer.get(TIMEOUT.plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof IOException fault) ? fault : new IOException(ex.getCause());
		}
		catch (TimeoutException _) {
			answer.cancel(true);
			throw new HttpTimeoutException("the answer did not end");
		}
		catch (InterruptedException ex) {
			answer.cancel(true);
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	/** The body of a request to classify. */
	public static byte[] body(@Nullable String preference, List<Post> posts) {
		Map<String, Object> body = (preference != null)
				? Map.of("posts", posts, "preference", preference, "timestamp", System.currentTimeMillis())
				: Map.of("posts", posts, "timestamp", System.currentTimeMillis());
		return JSON.writeValueAsBytes(body);
	}

	/** An address out of the range that is set aside for benchmarks. */
	private static String anyAddress() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		return "198." + random.nextInt(18, 20) + "." + random.nextInt(256) + "." + random.nextInt(1, 255);
	}

	@Override
	public void close() {
		this.client.shutdownNow();
	}

}
