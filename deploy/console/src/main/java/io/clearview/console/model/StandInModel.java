package io.clearview.console.model;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An OpenAI-compatible endpoint that can be broken. It knows little: a post is blocked
 * when it shares a word of five letters or more with the preference, or a word that the
 * preference's words commonly stand for.
 */
public final class StandInModel {

	private static final int LETTERS_A_TOKEN = 4;

	private static final int MAX_BODY = 1 << 20;

	/** Longer than the classifier waits for a try. */
	private static final long SLOW_MILLIS = 8_000;

	private static final Pattern POST = Pattern.compile("<post (\\d+) ([^>]+)>\\n(.*?)\\n</post \\1 \\2>",
			Pattern.DOTALL);

	private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]{4,}");

	private static final Map<String, Set<String>> MEANINGS = Map.of("crypto",
			Set.of("bitcoin", "airdrop", "token", "wallet", "coin", "memecoin"), "spam",
			Set.of("followers", "giveaway", "click", "airdrop", "free"), "politics",
			Set.of("election", "senator", "parliament", "minister", "vote", "voters"), "sports",
			Set.of("match", "goal", "league", "season", "penalty"), "spoilers", Set.of("finale", "ending", "dies"));

	private static final JsonMapper JSON = JsonMapper.shared();

	private final HttpServer server;

	private volatile Behaviour behaviour = Behaviour.SOUND;

	/** Starts one on a port of the loopback address. */
	public StandInModel(int port) throws IOException {
		this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/v1/models",
				(exchange) -> respond(exchange, 200, "{\"data\":[{\"id\":\"stand-in\"}]}"));
		this.server.createContext("/v1/chat/completions", this::complete);
		this.server.start();
	}

	/** How it answers now. */
	public Behaviour behaviour() {
		return this.behaviour;
	}

	/** Answers this way from now on. */
	public void behave(Behaviour next) {
		this.behaviour = next;
	}

	private void complete(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readNBytes(MAX_BODY), StandardCharsets.UTF_8);
		try {
			switch (this.behaviour) {
				case SOUND -> {
					Thread.sleep(60);
					respond(exchange, 200, completion(body, labels(body)));
				}
				case SLOW -> {
					Thread.sleep(SLOW_MILLIS);
					respond(exchange, 200, completion(body, labels(body)));
				}
				case REFUSE -> {
					exchange.getResponseHeaders().add("Retry-After", "5");
					respond(exchange, 429, "{\"error\":{\"message\":\"slow down\"}}");
				}
				case FAIL -> respond(exchange, 500, "{\"error\":{\"message\":\"out of order\"}}");
				case NONSENSE -> respond(exchange, 200, completion(body, "The weather is fine, and so am I."));
			}
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			exchange.close();
		}
	}

	private static String labels(String body) {
		StringBuilder text = new StringBuilder();
		for (JsonNode message : JSON.readTree(body).path("messages")) {
			if (message.path("role").asString("").equals("user")) {
				text.append(message.path("content").asString(""));
			}
		}
		List<MatchResult> posts = POST.matcher(text).results().toList();
		Set<String> wanted = wanted(POST.matcher(text).replaceAll(" "));
		List<Map<String, Object>> labels = new ArrayList<>();
		for (MatchResult post : posts) {
			boolean matches = words(post.group(3)).stream().anyMatch(wanted::contains);
			labels.add(Map.of("id", Integer.parseInt(post.group(1)), "label", matches ? "BLOCK" : "ALLOW"));
		}
		return JSON.writeValueAsString(Map.of("labels", labels));
	}

	private static Set<String> wanted(String preference) {
		Set<String> words = words(preference);
		Set<String> meant = words.stream()
			.flatMap((word) -> MEANINGS.getOrDefault(word, Set.of()).stream())
			.collect(Collectors.toSet());
		words.stream().filter((word) -> word.length() > 4).forEach(meant::add);
		meant.removeAll(Set.of("block", "filter", "posts", "hidden", "label", "content", "preference", "allow"));
		return meant;
	}

	private static Set<String> words(String text) {
		return WORD.matcher(text.toLowerCase(Locale.ROOT))
			.results()
			.map(MatchResult::group)
			.collect(Collectors.toSet());
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

}
