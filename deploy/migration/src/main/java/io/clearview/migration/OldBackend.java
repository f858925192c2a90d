package io.clearview.migration;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clearview.local.Ports;
import io.clearview.migration.OldAccount.Limits;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stands in for the single-instance backend that is replaced: its API, its tokens, its
 * limits, and its faults as far as users of the migration meet them. Everything is in
 * memory. Safe for use by several threads.
 */
final class OldBackend implements AutoCloseable {

	/** Accounts that it opens for one combination of three headers. */
	static final int ACCOUNTS_A_FINGERPRINT = 5;

	private static final Duration LIFETIME = Duration.ofDays(365);

	private static final int MAX_BODY = 102_400;

	private static final int MOST_POSTS = 50;

	private static final Pattern TOKEN = Pattern.compile("Bearer\\s+([0-9a-f]{64})");

	private static final JsonMapper JSON = JsonMapper.shared();

	private final SecureRandom random = new SecureRandom();

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final Map<String, OldAccount> accounts = new ConcurrentHashMap<>();

	private final Map<String, Integer> fingerprints = new ConcurrentHashMap<>();

	/** Labels by the client's own name for the post, as it did. */
	private final Map<String, String> cache = new ConcurrentHashMap<>();

	private final HttpServer server;

	private final Predicate<String> blocks;

	private final Map<String, Limits> tiers;

	private final Clock clock;

	/**
	 * Starts it on a free port of the loopback address.
	 * @param blocks whether its model blocks a post
	 * @param free limits of the tier free; those of the others are the contract's
	 */
	OldBackend(Predicate<String> blocks, Limits free, Clock clock) throws IOException {
		this.blocks = blocks;
		this.tiers = Map.of("free", free, "pro", new Limits(50_000, 500), "enterprise", new Limits(500_000, 5_000));
		this.clock = clock;
		this.server = HttpServer.create(new InetSocketAddress(Ports.LOOPBACK, Ports.free()), 0);
		this.server.setExecutor(this.threads);
		this.server.createContext("/", this::serve);
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	/** A token that it issued some time before, with its {@code Bearer}. */
	String enrol() {
		byte[] token = new byte[32];
		this.random.nextBytes(token);
		String hex = HexFormat.of().formatHex(token);
		this.accounts.put(hex, new OldAccount());
		return "Bearer " + hex;
	}

	/** Loses what a restart loses: tokens, counts and labels. */
	void restart() {
		this.accounts.clear();
		this.fingerprints.clear();
		this.cache.clear();
	}

	private void serve(HttpExchange exchange) throws IOException {
		Reply reply;
		try {
			byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
			reply = (body.length > MAX_BODY) ? Reply.error(413, "PAYLOAD_TOO_LARGE", "request entity too large")
					: reply(exchange, body);
		}
		catch (JacksonException _) {
			reply = Reply.error(400, "INVALID_JSON", "not JSON");
		}
		byte[] bytes = JSON.writeValueAsBytes(reply.body());
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.getResponseHeaders().add("Access-Control-Allow-Origin", "*");
		exchange.getResponseHeaders().add("Access-Control-Allow-Headers", "Content-Type, Authorization");
		exchange.sendResponseHeaders(reply.status(), (reply.status() == 204) ? -1 : bytes.length);
		if (reply.status() != 204) {
			try (OutputStream out = exchange.getResponseBody()) {
				out.write(bytes);
			}
		}
		exchange.close();
	}

	private Reply reply(HttpExchange exchange, byte[] body) {
		if (exchange.getRequestMethod().equals("OPTIONS")) {
			return new Reply(204, Map.of());
		}
		return switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
			case "POST /auth" -> signUp(exchange);
			case "POST /classify" -> classify(account(exchange), body);
			case "GET /quota" -> quota(account(exchange));
			case "GET /health" -> new Reply(200, Map.of("status", "healthy", "timestamp", now(), "uptime", 1));
			default -> Reply.error(404, "NOT_FOUND", "no such path");
		};
	}

	/** All users of one version of a browser have the same fingerprint. */
	private Reply signUp(HttpExchange exchange) {
		List<String> headers = new ArrayList<>();
		for (String name : List.of("User-Agent", "Accept-Language", "Accept-Encoding")) {
			headers.add(header(exchange, name));
		}
		if (this.fingerprints.merge(String.join("|", headers), 1, Integer::sum) > ACCOUNTS_A_FINGERPRINT) {
			return Reply.error(429, "FINGERPRINT_LIMIT_EXCEEDED", "too many accounts from this device");
		}
		return new Reply(201, Map.of("success", true, "userId", HexFormat.of().formatHex(new byte[32]), "token",
				enrol(), "expiresAt", this.clock.instant().plus(LIFETIME).toString()));
	}

	private Reply classify(@Nullable OldAccount account, byte[] body) {
		if (account == null) {
			return Reply.unknownToken();
		}
		JsonNode request = JSON.readTree(body);
		JsonNode posts = request.path("posts");
		if (!posts.isArray() || posts.isEmpty() || posts.size() > MOST_POSTS) {
			return Reply.error(400, "INVALID_REQUEST", "posts must be 1 to 50");
		}
		// whoever says so is enterprise
		Limits limits = limits(request.path("tier").asString("free"));
		Instant now = this.clock.instant();
		String refusal = account.refusal(limits, posts.size(), now);
		if (!refusal.isEmpty()) {
			return Reply.error(429, refusal, "no posts left");
		}
		List<Map<String, Object>> entries = new ArrayList<>();
		for (JsonNode post : posts) {
			entries.add(label(post.path("hash").asString(""), post.path("content").asString("")));
		}
		// checked before, counted now: requests at the same time overrun the limit
		account.count(posts.size(), now);
		int used = account.usedToday(now);
		return new Reply(200,
				Map.of("success", true, "timestamp", now(), "classifications", entries, "quota",
						Map.of("quotaUsed", used, "quotaLimit", limits.daily(), "quotaRemaining",
								Math.max(0, limits.daily() - used), "resetAt", midnight()),
						"stats", Map.of("total", posts.size())));
	}

	private Map<String, Object> label(String hash, String content) {
		boolean cached = this.cache.containsKey(hash);
		String label = this.cache.computeIfAbsent(hash, (_) -> this.blocks.test(content) ? "BLOCK" : "ALLOW");
		return Map.of("hash", hash, "label", label, "cached", cached);
	}

	private Reply quota(@Nullable OldAccount account) {
		if (account == null) {
			return Reply.unknownToken();
		}
		Instant now = this.clock.instant();
		Limits limits = limits("free");
		int used = account.usedToday(now);
		int recent = account.usedLately(now);
		return new Reply(200,
				Map.of("success", true, "quota",
						Map.of("tier", "free", "daily",
								Map.of("limit", limits.daily(), "used", used, "remaining", limits.daily() - used,
										"resetAt", midnight()),
								"burst",
								Map.of("limit", limits.burst(), "used", recent, "remaining", limits.burst() - recent)),
						"timestamp", now()));
	}

	private Limits limits(String tier) {
		return this.tiers.getOrDefault(tier, new Limits(0, 0));
	}

	private @Nullable OldAccount account(HttpExchange exchange) {
		Matcher token = TOKEN.matcher(header(exchange, "Authorization").strip());
		return token.matches() ? this.accounts.get(token.group(1)) : null;
	}

	private static String header(HttpExchange exchange, String name) {
		String value = exchange.getRequestHeaders().getFirst(name);
		return (value == null) ? "" : value;
	}

	private String now() {
		return this.clock.instant().toString();
	}

	private String midnight() {
		return LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC)
			.plusDays(1)
			.atStartOfDay(ZoneOffset.UTC)
			.toInstant()
			.toString();
	}

	@Override
	public void close() {
		this.server.stop(0);
		this.threads.shutdownNow();
	}

	/** What it answers. */
	private record Reply(int status, Map<String, Object> body) {

		static Reply error(int status, String code, String message) {
			return new Reply(status, Map.of("success", false, "error", code, "message", message));
		}

		static Reply unknownToken() {
			return error(401, "INVALID_AUTH", "INVALID_TOKEN");
		}

	}

}
