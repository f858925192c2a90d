package io.clearview.classifier.model.openai;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider on a socket, at any path. Labels posts by their text: BLOCK where it says
 * "spam", ALLOW otherwise; unless a rule says what it answers instead. Posts are found by
 * the code {@code 0123456789ab} of the prompt.
 */
final class ProviderStub implements AutoCloseable {

	static final String CODE = "0123456789ab";

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	/** Blank lines before each response, 50 ms apart. */
	volatile int blankLines;

	/** Bodies, in the order of their arrival. */
	final List<JsonNode> requests = new CopyOnWriteArrayList<>();

	/** Paths and headers, likewise. */
	final List<Head> heads = new CopyOnWriteArrayList<>();

	private final List<Function<List<String>, Reply>> next = new CopyOnWriteArrayList<>();

	private final List<Rule> rules = new CopyOnWriteArrayList<>();

	private final HttpServer server;

	ProviderStub() {
		try {
			this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	String url() {
		return "http://127.0.0.1:" + port() + "/v1";
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	void next(Reply reply) {
		next((_) -> reply);
	}

	void next(Function<List<String>, Reply> reply) {
		this.next.add(reply);
	}

	void declines(String answer) {
		respondIf((posts) -> posts.stream().anyMatch((post) -> post.contains("bomb")), (_) -> Reply.of(answer));
	}

	void respond(String answer) {
		respondIf((_) -> true, (_) -> Reply.of(answer));
	}

	void respondIf(Predicate<List<String>> when, Function<List<String>, Reply> reply) {
		this.rules.add((_, posts, _) -> when.test(posts) ? reply.apply(posts) : null);
	}

	void respondToKey(String key, Reply reply) {
		this.rules.add((_, _, given) -> key.equals(given) ? reply : null);
	}

	void rejectParameter(String name, Reply reply) {
		this.rules.add((request, _, _) -> request.has(name) ? reply : null);
	}

	void rejectFormat(String type, Reply reply) {
		this.rules.add((request, _, _) -> request.path("response_format").path("type").asString("").equals(type) ? reply
				: null);
	}

	private void handle(HttpExchange exchange) throws IOException {
		JsonNode request = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
		String authorization = exchange.getRequestHeaders().getFirst("Authorization");
		this.heads.add(new Head(exchange.getRequestURI().getPath(), authorization,
				exchange.getRequestHeaders().getFirst("api-key")));
		this.requests.add(request);
		List<String> posts = posts(request.path("messages").path(1).path("content").asString());
		Reply reply = reply(request, posts, authorization);
		if (reply.status() == 0) {
			exchange.close();
			return;
		}
		byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		reply.headers().forEach(exchange.getResponseHeaders()::set);
		if ("gzip".equals(reply.headers().get("Content-Encoding"))) {
			ByteArrayOutputStream zipped = new ByteArrayOutputStream();
			try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
				out.write(body);
			}
			body = zipped.toByteArray();
		}
		if (this.blankLines > 0) {
			exchange.sendResponseHeaders(reply.status(), 0);
			for (int i = 0; i < this.blankLines; i++) {
				exchange.getResponseBody().write('\n');
				exchange.getResponseBody().flush();
				LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
			}
		}
		else {
			exchange.sendResponseHeaders(reply.status(), (body.length == 0) ? -1 : body.length);
		}
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	private Reply reply(JsonNode request, List<String> posts, @Nullable String key) {
		if (!this.next.isEmpty()) {
			return this.next.removeFirst().apply(posts);
		}
		for (Rule rule : this.rules) {
			Reply reply = rule.reply(request, posts, key);
			if (reply != null) {
				return reply;
			}
		}
		return answer(content(posts, posts));
	}

	static List<String> posts(String message) {
		List<String> posts = new ArrayList<>();
		String[] parts = message.split("<post \\d+ " + CODE + ">\n");
		for (int i = 1; i < parts.length; i++) {
			posts.add(parts[i].substring(0, parts[i].indexOf("\n</post")));
		}
		return posts;
	}

	/** The labels of {@code labelled}, numbered as in {@code posts}. */
	static String content(List<String> labelled, List<String> posts) {
		List<Map<String, Object>> labels = labelled.stream()
			.map((post) -> Map.<String, Object>of("id", posts.indexOf(post) + 1, "label",
					post.contains("spam") ? "BLOCK" : "ALLOW"))
			.toList();
		return MAPPER.writeValueAsString(Map.of("labels", labels));
	}

	static Reply answer(String content) {
		return new Reply(200, "{\"choices\":[{\"message\":{\"content\":" + MAPPER.writeValueAsString(content)
				+ "},\"finish_reason\":\"stop\"}]}", Map.of());
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

	/** Where a request went, and the headers that carry a key. */
	record Head(String path, @Nullable String authorization, @Nullable String apiKey) {
	}

	/** An answer of the stub. */
	record Reply(int status, String body, Map<String, String> headers) {

		/** Closes the connection without an answer. */
		static final Reply CLOSE = new Reply(0, "", Map.of());

		/** A status and a body with single quotes. */
		static Reply of(String answer) {
			return new Reply(Integer.parseInt(answer.substring(0, 3)),
					answer.substring(4).replace('\'', '"').replace("\\u0022", "\\\""), Map.of());
		}

		Reply with(String header, String value) {
			return new Reply(this.status, this.body, Map.of(header, value));
		}

		Reply wrap(String before, String after) {
			return new Reply(this.status, before + this.body + after, this.headers);
		}

		Reply replace(String target, String replacement) {
			return new Reply(this.status, this.body.replace(target, replacement), this.headers);
		}

		/** With the {@code usage} as JSON with single quotes. */
		Reply usage(String usage) {
			return new Reply(this.status,
					this.body.substring(0, this.body.length() - 1) + ",\"usage\":" + usage.replace('\'', '"') + "}",
					this.headers);
		}

		Reply usage(int prompt) {
			return usage("{'prompt_tokens':" + prompt + ",'completion_tokens':9}");
		}

	}

	/** When the stub answers in which way; {@code null} for the usual one. */
	private interface Rule {

		@Nullable Reply reply(JsonNode request, List<String> posts, @Nullable String key);

	}

}
