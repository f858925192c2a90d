package io.clearview.local.stub;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An OpenAI-compatible endpoint whose labels are known beforehand. It answers as well, or
 * as badly, as it is told to.
 */
public final class ScriptedModel implements AutoCloseable {

	private static final int LETTERS_A_TOKEN = 4;

	private static final int MAX_BODY = 1 << 20;

	/** Longer than the classifier waits for a try. */
	private static final Duration SLOW = Duration.ofSeconds(8);

	private static final Pattern POST = Pattern.compile("<post (\\d+) ([^>]+)>\\n(.*?)\\n</post \\1 \\2>",
			Pattern.DOTALL);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final HttpServer server;

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final List<String> calls = new ArrayList<>();

	private final Script script;

	private volatile Behaviour behaviour = Behaviour.SOUND;

	private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

	/**
	 * How it answers when it is sound.
	 *
	 * @param blocks whether a preference (with what else stands in the prompt) blocks a
	 * post
	 * @param latency how long an answer takes
	 * @param retryAfter what is asked for when it refuses, in seconds
	 * @param keepsCalls whether what was sent is kept until it is taken
	 */
	public record Script(BiPredicate<String, String> blocks, Duration latency, int retryAfter, boolean keepsCalls) {
	}

	/**
	 * Starts one on the loopback address.
	 * @param port where; 0: any free one
	 */
	public ScriptedModel(int port, Script script) throws IOException {
		this.script = script;
		this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/v1/models",
				(exchange) -> respond(exchange, 200, "{\"data\":[{\"id\":\"scripted\"}]}"));
		this.server.createContext("/v1/chat/completions", this::complete);
		this.server.start();
	}

	/** What comes before {@code /chat/completions}. */
	public String baseUrl() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1";
	}

	/** How it answers now. */
	public Behaviour behaviour() {
		return this.behaviour;
	}

	/** From now on answers this way; ends calls that were left without an answer. */
	public void behave(Behaviour next) {
		this.behaviour = next;
		if (next == Behaviour.SILENT) {
			this.gate = new CompletableFuture<>();
		}
		else {
			this.gate.complete(null);
		}
	}

	/**
	 * Everything that was sent to it since it was last asked: headers and body of each
	 * call.
	 */
	public List<String> takeCalls() {
		synchronized (this.calls) {
			List<String> taken = List.copyOf(this.calls);
			this.calls.clear();
			return taken;
		}
	}

	private void complete(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readNBytes(MAX_BODY), StandardCharsets.UTF_8);
		if (this.script.keepsCalls()) {
			synchronized (this.calls) {
				this.calls.add(exchange.getRequestHeaders().entrySet() + "\n" + body);
			}
		}
		switch (this.behaviour) {
			case SOUND -> label(exchange, body, this.script.latency(), 1);
			case SLOW -> label(exchange, body, SLOW, 1);
			case HALF -> label(exchange, body, this.script.latency(), 2);
			case GARBAGE -> respond(exchange, 200, "<html>502 Bad Gateway</html>");
			case NONSENSE -> respond(exchange, 200, completion(body, "The weather is fine, and so am I."));
			case FAIL -> respond(exchange, 500, "{\"error\":{\"message\":\"out of order\"}}");
			case REFUSE -> {
				exchange.getResponseHeaders().add("Retry-After", Integer.toString(this.script.retryAfter()));
				respond(exchange, 429, "{\"error\":{\"message\":\"slow down\"}}");
			}
			case SILENT -> {
				this.gate.join();
				exchange.close();
			}
		}
	}

	/** Answers with the labels of every n-th post. */
	private void label(HttpExchange exchange, String body, Duration latency, int step) throws IOException {
		try {
			Thread.sleep(latency);
			respond(exchange, 200, completion(body, labels(body, step)));
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			exchange.close();
		}
	}

	private String labels(String body, int step) {
		StringBuilder text = new StringBuilder();
		for (JsonNode message : JSON.readTree(body).path("messages")) {
			if (message.path("role").asString("").equals("user")) {
				text.append(message.path("content").asString(""));
			}
		}
		List<MatchResult> posts = POST.matcher(text).results().toList();
		String preference = POST.matcher(text).replaceAll(" ");
		List<Map<String, Object>> labels = new ArrayList<>();
		for (int i = 0; i < posts.size(); i += step) {
			boolean blocked = this.script.blocks().test(preference, posts.get(i).group(3));
			labels.add(Map.of("id", Integer.parseInt(posts.get(i).group(1)), "label", blocked ? "BLOCK" : "ALLOW"));
		}
		return JSON.writeValueAsString(Map.of("labels", labels));
	}

	private static String completion(String request, String content) {
		int prompt = request.length() / LETTERS_A_TOKEN;
		int output = content.length() / LETTERS_A_TOKEN;
		return JSON.writeValueAsString(Map.of("choices",
				List.of(Map.of("index", 0, "message", Map.of("role", "assistant", "content", content), "finish_reason",
						"stop")),
				"usage",
				Map.of("prompt_tokens", prompt, "completion_tokens", output, "total_tokens", prompt + output)));
	}

	private static void respond(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, bytes.length);
		try (OutputStream out = exchange.getResponseBody()) {
			out.write(bytes);
		}
	}

	@Override
	public void close() {
		behave(Behaviour.SOUND);
		this.server.stop(0);
		this.threads.shutdownNow();
	}

}
