package io.clearview.gateway.admin;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.context.Tier;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.gateway.token.AccountTransfer;
import io.clearview.gateway.token.Accounts;
import io.clearview.gateway.upstream.ClassifierAdmin;
import io.clearview.gateway.upstream.ClassifierUnreachableException;
import io.clearview.kit.redis.RedisUnavailableException;
import io.netty.handler.codec.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Answers operators. Whatever they ask is in the audit trail; what changes something is
 * there before it is tried, and is not tried when it cannot be put there.
 */
@Component
final class AdminHandlers {

	private static final Pattern USER = Pattern.compile("[0-9a-f]{64}");

	private static final int OK = 200;

	private static final int MOST_ENTRIES = 1000;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final Accounts accounts;

	private final ClassifierAdmin classifier;

	private final GatewayStats gateway;

	private final AuditLog audit;

	private final AccountTransfer transfer;

	private final JsonMapper json;

	private final Clock clock;

	AdminHandlers(Accounts accounts, ClassifierAdmin classifier, GatewayStats gateway, AuditLog audit,
			AccountTransfer transfer, JsonMapper json, Clock clock) {
		this.accounts = accounts;
		this.classifier = classifier;
		this.gateway = gateway;
		this.audit = audit;
		this.transfer = transfer;
		this.json = json;
		this.clock = clock;
	}

	Mono<ServerResponse> account(ServerRequest request) {
		return read(request, "account_read",
				() -> found(user(request)).map((account) -> Map.of("success", true, "account", account)));
	}

	Mono<ServerResponse> changeTier(ServerRequest request) {
		byte[] body = RequestContext.of(request.exchange()).body();
		return change(request, "tier_changed", Text.printable(new String(body, StandardCharsets.UTF_8)), () -> {
			String user = user(request);
			Tier tier = tier(body);
			return found(user).flatMap((before) -> this.accounts.changeTier(user, tier)
				.then(found(user))
				.map((after) -> answer("account", after, "tierBefore", before.tier())));
		});
	}

	Mono<ServerResponse> revokeTokens(ServerRequest request) {
		return change(request, "tokens_revoked", "", () -> {
			String user = user(request);
			return this.accounts.revokeTokens(user).map((revoked) -> answer("user", user, "revoked", revoked));
		});
	}

	Mono<ServerResponse> quota(ServerRequest request) {
		return read(request, "quota_read", () -> quota(request, HttpMethod.GET));
	}

	Mono<ServerResponse> resetQuota(ServerRequest request) {
		return change(request, "quota_reset", "", () -> quota(request, HttpMethod.DELETE));
	}

	Mono<ServerResponse> stats(ServerRequest request) {
		return read(request, "stats_read",
				() -> this.classifier.all(HttpMethod.GET, "/admin/stats", who(request), correlation(request))
					.map((answers) -> answers.stream()
						.filter((answer) -> answer.status() == OK)
						.map((answer) -> this.json.readTree(answer.body()))
						.toList())
					.map((classifiers) -> answer("gateway", this.gateway.now(), "classifiers", classifiers)));
	}

	Mono<ServerResponse> audit(ServerRequest request) {
		return read(request, "audit_read", () -> {
			int count = count(request.queryParam("count").orElse("50"));
			AuditLog.Trail trail = trail(request.queryParam("of").orElse(AuditLog.Trail.OPERATORS.label()));
			return this.audit.newest(trail, count).map((entries) -> answer("of", trail.label(), "entries", entries));
		});
	}

	Mono<ServerResponse> exportAccounts(ServerRequest request) {
		return transfer(request, "durable_exported", this.transfer::export);
	}

	Mono<ServerResponse> importAccounts(ServerRequest request) {
		return transfer(request, "durable_imported", this.transfer::importAll);
	}

	Mono<ServerResponse> verifyAccounts(ServerRequest request) {
		return transfer(request, "durable_verified", this.transfer::verify);
	}

	Mono<ServerResponse> nothing(ServerRequest request) {
		return read(request, "unknown",
				() -> Mono.error(new ApiException(ErrorCode.NOT_FOUND, "There is nothing here")));
	}

	private Mono<Accounts.Details> found(String user) {
		return this.accounts.find(user)
			.switchIfEmpty(Mono.error(() -> new ApiException(ErrorCode.NOT_FOUND, "There is no account " + user)));
	}

	private Mono<JsonNode> quota(ServerRequest request, HttpMethod method) {
		String user = user(request);
		return found(user)
			.flatMap((account) -> this.classifier.any(method, "/admin/quota/" + user + "?tier=" + account.tier(),
					who(request), correlation(request)))
			.map((answer) -> {
				if (answer.status() != OK) {
					throw new ApiException(ErrorCode.SERVICE_UNAVAILABLE,
							"The classifier answered with status " + answer.status(), RETRY_AFTER);
				}
				return this.json.readTree(answer.body());
			});
	}

	/** Does something harmless, and writes down how it ended. */
	private Mono<ServerResponse> read(ServerRequest request, String what, Supplier<Mono<?>> answer) {
		return Mono.<Object>defer(answer::get)
			.flatMap((body) -> note(request, what, "done", "").then(ok(body)))
			.onErrorResume(
					(fault) -> note(request, what, outcome(fault), "").onErrorComplete().then(Mono.error(told(fault))));
	}

	/** Writes down what is going to be done, does it, and writes down how it ended. */
	private Mono<ServerResponse> change(ServerRequest request, String what, String detail, Supplier<Mono<?>> change) {
		Mono<ServerResponse> changed = Mono.<Object>defer(change::get)
			.flatMap((body) -> note(request, what, "done", detail).onErrorComplete().then(ok(body)))
			.onErrorResume((fault) -> note(request, what, outcome(fault), detail).onErrorComplete()
				.then(Mono.error(told(fault))));
		return note(request, what, "attempted", detail).onErrorMap(AdminHandlers::told).then(changed);
	}

	/** Answers with a line of JSON for each page, while it is at work. */
	private Mono<ServerResponse> transfer(ServerRequest request, String what,
			Supplier<Flux<AccountTransfer.Progress>> pages) {
		Mono<ServerResponse> begun = Mono.defer(() -> {
			Flux<Object> lines = pages.get()
				.<Object>map((page) -> page)
				.concatWith(note(request, what, "done", "").onErrorComplete().then(Mono.empty()))
				// the status was sent before, so this is a line, too
				.onErrorResume((fault) -> note(request, what, outcome(fault), "").onErrorComplete()
					.thenReturn(failure(told(fault))));
			return ServerResponse.ok()
				.contentType(MediaType.APPLICATION_NDJSON)
				.body(lines, new ParameterizedTypeReference<>() {
				});
		})
			.onErrorResume(
					(fault) -> note(request, what, outcome(fault), "").onErrorComplete().then(Mono.error(told(fault))));
		return note(request, what, "attempted", "").onErrorMap(AdminHandlers::told).then(begun);
	}

	private static Map<String, Object> failure(Throwable told) {
		boolean expected = told instanceof ApiException;
		return Map.of("done", false, "error", expected ? ((ApiException) told).code() : ErrorCode.INTERNAL_ERROR,
				"message", expected ? String.valueOf(told.getMessage()) : "An unexpected error occurred");
	}

	private Mono<Void> note(ServerRequest request, String what, String outcome, String detail) {
		String whom = request.pathVariables().getOrDefault("user", request.path());
		return this.audit.record(AuditLog.Trail.OPERATORS, new AuditEvent(this.clock.instant(), who(request), what,
				Text.printable(whom), outcome, detail, correlation(request)));
	}

	private static String outcome(Throwable fault) {
		return (fault instanceof ApiException) ? "refused" : "failed";
	}

	/** What the operator is told. */
	private static Throwable told(Throwable fault) {
		return switch (fault) {
			case RedisUnavailableException _ -> new ApiException(ErrorCode.SERVICE_UNAVAILABLE,
					"Accounts and the audit trail are unavailable; nothing is changed without them", RETRY_AFTER);
			case ClassifierUnreachableException _ ->
				new ApiException(ErrorCode.SERVICE_UNAVAILABLE, "No classifier answers", RETRY_AFTER);
			case JacksonException _ ->
				new ApiException(ErrorCode.SERVICE_UNAVAILABLE, "The classifier's answer is no JSON", RETRY_AFTER);
			default -> fault;
		};
	}

	private static Mono<ServerResponse> ok(Object body) {
		return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).bodyValue(body);
	}

	private static String user(ServerRequest request) {
		String user = request.pathVariable("user");
		if (!USER.matcher(user).matches()) {
			throw new ApiException(ErrorCode.INVALID_REQUEST, "user must be 64 hex digits");
		}
		return user;
	}

	private Tier tier(byte[] body) {
		String expected = "tier must be one of "
				+ Arrays.stream(Tier.values()).map(Tier::label).collect(Collectors.joining(", "));
		try {
			return Tier.of(this.json.readTree(body).path("tier").asString(""))
				.orElseThrow(() -> new ApiException(ErrorCode.INVALID_REQUEST, expected));
		}
		catch (JacksonException _) {
			throw new ApiException(ErrorCode.INVALID_JSON, "The body must be JSON, as in {\"tier\":\"pro\"}");
		}
	}

	private static int count(String text) {
		if (text.matches("[0-9]{1,4}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST_ENTRIES) {
			return Integer.parseInt(text);
		}
		throw new ApiException(ErrorCode.INVALID_REQUEST, "count must be 1 to " + MOST_ENTRIES);
	}

	private static AuditLog.Trail trail(String text) {
		return Arrays.stream(AuditLog.Trail.values())
			.filter((trail) -> trail.label().equals(text))
			.findFirst()
			.orElseThrow(() -> new ApiException(ErrorCode.INVALID_REQUEST, "of must be operators or clients"));
	}

	private static Map<String, Object> answer(String name, Object value, String otherName, Object otherValue) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("success", true);
		answer.put(name, value);
		answer.put(otherName, otherValue);
		return answer;
	}

	private static String who(ServerRequest request) {
		return RequestContext.of(request.exchange()).operator().who();
	}

	private static String correlation(ServerRequest request) {
		return RequestContext.of(request.exchange()).correlationId();
	}

}
