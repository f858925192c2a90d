package io.clearview.console.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clearview.console.ProjectFiles;
import io.clearview.console.Settings;
import io.clearview.console.parts.Part;
import io.clearview.console.parts.Part.Action;
import io.clearview.console.parts.Parts;
import io.clearview.console.query.Monitor;
import io.clearview.local.stub.Behaviour;
import io.clearview.local.stub.ScriptedModel;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console's HTTP server, on the loopback address. */
public final class ConsoleServer {

	private static final int MAX_BODY = 4096;

	private static final Pattern BOARD = Pattern.compile("id=([a-z-]{1,40})&window=([0-9]{1,4})");

	private static final JsonMapper JSON = JsonMapper.shared();

	private final Settings settings;

	private final Parts parts;

	private final @Nullable ScriptedModel model;

	private final Monitor monitor;

	private final Guard guard;

	private final Accounts accounts;

	private final StaticFiles files = new StaticFiles();

	private final int gatewayPort;

	private final HttpServer server;

	/**
	 * Does not listen before {@link #start}.
	 * @param model the stand-in; null when the stack has another model
	 */
	public ConsoleServer(Settings settings, Parts parts, Monitor monitor, @Nullable ScriptedModel model)
			throws IOException {
		this.settings = settings;
		this.parts = parts;
		this.monitor = monitor;
		this.model = model;
		this.guard = new Guard(settings.port());
		this.gatewayPort = parts.find("gateway").orElseThrow().port();
		this.accounts = new Accounts("http://127.0.0.1:" + this.gatewayPort, settings.run().resolve("keys/admin"));
		this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", settings.port()), 0);
		this.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
		this.server.createContext("/", this::handle);
	}

	/** Begins to listen. */
	public void start() {
		this.server.start();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			secure(exchange.getResponseHeaders());
			String refusal = this.guard.refusal(exchange);
			if (refusal != null) {
				json(exchange, 403, Map.of("error", refusal));
				return;
			}
			String path = exchange.getRequestURI().getPath();
			switch (exchange.getRequestMethod()) {
				case "GET" -> get(exchange, path);
				case "POST" -> post(exchange, path);
				default -> json(exchange, 405, Map.of("error", "Expected GET or POST"));
			}
		}
	}

	private void secure(Headers headers) {
		headers.set("Content-Security-Policy",
				"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' "
						+ "http://localhost:" + this.gatewayPort + " http://127.0.0.1:" + this.gatewayPort
						+ "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
		headers.set("X-Content-Type-Options", "nosniff");
		headers.set("X-Frame-Options", "DENY");
		headers.set("Referrer-Policy", "no-referrer");
		headers.set("Cross-Origin-Resource-Policy", "same-origin");
		headers.set("Cache-Control", "no-store");
	}

	private void get(HttpExchange exchange, String path) throws IOException {
		switch (path) {
			case "/ready" -> json(exchange, 200, Map.of("ready", true));
			case "/api/session" -> json(exchange, 200, session());
			case "/api/state" -> json(exchange, 200, state());
			case "/api/alerts" -> json(exchange, 200, Map.of("alerts", this.monitor.alerts()));
			case "/api/boards" -> json(exchange, 200, Map.of("boards", this.monitor.boards()));
			case "/api/board" -> board(exchange);
			case "/runbook" -> respond(exchange, 200, "text/html; charset=utf-8",
					Runbook.html(new ProjectFiles(this.settings.root()).read("docs/operations.md"))
						.getBytes(StandardCharsets.UTF_8));
			default -> {
				StaticFiles.File file = this.files.at(path);
				if (file == null) {
					json(exchange, 404, Map.of("error", "There is nothing at this path"));
				}
				else {
					respond(exchange, 200, file.type(), file.bytes());
				}
			}
		}
	}

	private Map<String, Object> state() {
		Map<String, Object> state = new LinkedHashMap<>();
		state.put("strip", this.monitor.strip());
		state.put("parts", this.parts.states());
		state.put("model", (this.model != null) ? this.model.behaviour().name().toLowerCase(Locale.ROOT) : null);
		return state;
	}

	private void board(HttpExchange exchange) throws IOException {
		Matcher query = BOARD.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
		Map<String, Object> board = query.matches()
				? this.monitor.board(query.group(1), Math.clamp(Long.parseLong(query.group(2)), 10, 600)) : null;
		json(exchange, (board != null) ? 200 : 400,
				(board != null) ? board : Map.of("error", "Expected id=DASHBOARD&window=SECONDS"));
	}

	private Map<String, Object> session() {
		Map<String, Object> session = new LinkedHashMap<>();
		session.put("secret", this.guard.secret());
		session.put("gatewayPort", this.gatewayPort);
		session.put("model", this.settings.model());
		session.put("standIn", this.model != null);
		session.put("parts", this.parts.all().stream().map(Part::name).toList());
		return session;
	}

	private void post(HttpExchange exchange, String path) throws IOException {
		String refusal = this.guard.refusalOfChange(exchange);
		if (refusal != null) {
			json(exchange, 403, Map.of("error", refusal));
			return;
		}
		JsonNode body;
		try {
			body = JSON.readTree(exchange.getRequestBody().readNBytes(MAX_BODY));
		}
		catch (JacksonException _) {
			json(exchange, 400, Map.of("error", "Expected a JSON object"));
			return;
		}
		switch (path) {
			case "/api/parts" -> act(exchange, body);
			case "/api/model" -> behave(exchange, body);
			case "/api/tier" -> tier(exchange, body);
			default -> json(exchange, 404, Map.of("error", "There is nothing at this path"));
		}
	}

	private void act(HttpExchange exchange, JsonNode body) throws IOException {
		String name = body.path("part").asString("");
		Part part = this.parts.find(name).orElse(null);
		Action action = constant(Action.class, body.path("action").asString(""));
		if (part == null || action == null) {
			json(exchange, 400, Map.of("error", "Expected part: one of "
					+ this.parts.all().stream().map(Part::name).toList() + ", and action: stop, kill, freeze or mend"));
			return;
		}
		this.parts.act(part, action);
		json(exchange, 200, Map.of("parts", this.parts.states()));
	}

	private void behave(HttpExchange exchange, JsonNode body) throws IOException {
		Behaviour behaviour = constant(Behaviour.class, body.path("behaviour").asString(""));
		if (this.model == null) {
			json(exchange, 409,
					Map.of("error", "The model is not the stand-in: start with deploy/local/up --model-stub"));
		}
		else if (behaviour == null) {
			json(exchange, 400, Map.of("error", "Expected behaviour: sound, slow, refuse, fail or nonsense"));
		}
		else {
			this.model.behave(behaviour);
			json(exchange, 200, Map.of("behaviour", behaviour));
		}
	}

	private void tier(HttpExchange exchange, JsonNode body) throws IOException {
		String user = body.path("user").asString("");
		String tier = body.path("tier").asString("");
		if (!user.matches("[0-9a-f]{64}") || !List.of("free", "pro", "enterprise").contains(tier)) {
			json(exchange, 400, Map.of("error", "Expected user: 64 hex digits, and tier: free, pro or enterprise"));
			return;
		}
		try {
			int status = this.accounts.tier(user, tier);
			json(exchange, (status / 100 == 2) ? 200 : 502, Map.of("status", status));
		}
		catch (IOException _) {
			json(exchange, 502, Map.of("error", "The gateway does not answer"));
		}
	}

	private static <E extends Enum<E>> @Nullable E constant(Class<E> type, String name) {
		for (E constant : type.getEnumConstants()) {
			if (constant.name().toLowerCase(Locale.ROOT).equals(name)) {
				return constant;
			}
		}
		return null;
	}

	private static void json(HttpExchange exchange, int status, Object body) throws IOException {
		respond(exchange, status, "application/json", JSON.writeValueAsBytes(body));
	}

	private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
		exchange.getResponseHeaders().set("Content-Type", type);
		exchange.sendResponseHeaders(status, (body.length == 0) ? -1 : body.length);
		try (OutputStream out = exchange.getResponseBody()) {
			out.write(body);
		}
	}

}
