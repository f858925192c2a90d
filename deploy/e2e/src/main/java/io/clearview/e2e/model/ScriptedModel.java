package io.clearview.e2e.model;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An OpenAI-compatible endpoint whose labels are known beforehand: a post that contains
 * {@value #BLOCKED} is blocked. It answers as well, or as badly, as it is told to.
 */
public final class ScriptedModel implements AutoCloseable {

	/** What makes a post blocked. */
	public static final String BLOCKED = "followers";

	private static final int LETTERS_A_TOKEN = 4;

	private static final Pattern POST = Pattern.compile("<post (\\d+) ([^>]+)>\\n(.*?)\\n</post \\1 \\2>",
			Pattern.DOTALL);

	private static final JsonMapper JSON = JsonMapper.shared();

	/** How it answers. */
	public enum Behaviour {

		/** Every post, rightly. */
		SOUND,

		/** Not at all, on an open connection. */
		SILENT,

		/** With 500. */
		ERROR,

		/** With 429. */
		LIMIT,

		/** With something that is no JSON. */
		GARBAGE,

		/** Only every second post; one alone rightly. */
		HALF

	}

	private final HttpServer server;

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final List<String> calls = new ArrayList<>();

	private volatile Behaviour behaviour = Behaviour.SOUND;

	private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

	/** Starts one on a free port. */
	public ScriptedModel() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/v1/models", (exchange) -> respond(exchange, 200, "{\"data\":[]}"));
		this.server.createContext("/v1/chat/completions", this::complete);
		this.server.start();
	}

	/** The only right label of a post. */
	public static String label(String content) {
		return content.contains(BLOCKED) ? "BLOCK" : "ALLOW";
	}

	/** What comes before {@code /chat/completions}. */
	public String baseUrl() {
		return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1";
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
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		synchronized (this.calls) {
			this.calls.add(exchange.getRequestHeaders().entrySet() + "\n" + body);
		}
		switch (this.behaviour) {
			case SOUND -> respond(exchange, 200, completion(body, labels(body, 1)));
			case HALF -> respond(exchange, 200, completion(body, labels(body, 2)));
			case GARBAGE -> respond(exchange, 200, "<html>502 Bad Gateway</html>");
			case ERROR -> respond(exchange, 500, "{\"error\":{\"message\":\"boom\"}}");
			case LIMIT -> {
				exchange.getResponseHeaders().add("Retry-After", "1");
				respond(exchange, 429, "{\"error\":{\"message\":\"slow down\"}}");
			}
			case SILENT -> {
				this.gate.join();
				exchange.close();
			}
		}
	}

	/** Labels of every n-th post of a request. */
	private static String labels(String body, int step) {
		StringBuilder text = new StringBuilder();
		for (JsonNode message : JSON.readTree(body).path("messages")) {
			if (message.path("role").asString("").equals("user")) {
				text.append(message.path("content").asString(""));
			}
		}
		List<MatchResult> posts = POST.matcher(text).results().toList();
		List<Map<String, Object>> labels = new ArrayList<>();
		for (int i = 0; i < posts.size(); i += step) {
			labels.add(Map.of("id", Integer.parseInt(posts.get(i).group(1)), "label", label(posts.get(i).group(3))));
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
