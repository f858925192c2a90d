package io.clearview.gateway;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.clearview.gateway.FuzzInput.Fate;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.gateway.testing.Wire;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends inputs, and holds what comes back against what may. */
final class FuzzClient {

	private static final Map<Integer, Set<String>> ERRORS = Map.of(400, Set.of("INVALID_REQUEST", "INVALID_JSON"), 401,
			Set.of("INVALID_AUTH"), 403, Set.of("ORIGIN_NOT_ALLOWED"), 404, Set.of("NOT_FOUND"), 405,
			Set.of("METHOD_NOT_ALLOWED"), 413, Set.of("PAYLOAD_TOO_LARGE"), 415, Set.of("UNSUPPORTED_MEDIA_TYPE"), 503,
			Set.of("SERVICE_UNAVAILABLE"));

	private static final Pattern CORRELATION = Pattern.compile("[A-Za-z0-9_-]{8,64}");

	private static final int MOST_PIPELINED = 6;

	private static final int MOST_PIECES = 4;

	private static final int QUIET_MS = 50;

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final int port;

	private final long seed;

	private final List<String> tokens;

	private final boolean classifier;

	FuzzClient(int port, long seed, List<String> tokens, boolean classifier) {
		this.port = port;
		this.seed = seed;
		this.tokens = tokens;
		this.classifier = classifier;
	}

	/**
	 * Uses one connection until it is of no use any more.
	 * @param connection its number; the seed and it decide all that is sent
	 * @param sent is told of inputs sent
	 * @throws AssertionError when anything comes back that must not
	 */
	void run(long connection, LongConsumer sent) throws IOException {
		FuzzLuck luck = new FuzzLuck(this.seed * 31 + connection);
		FuzzInputs inputs = new FuzzInputs(luck, this.tokens, "fuzz-" + connection, this.classifier);
		List<FuzzInput> history = new ArrayList<>();
		try (Wire wire = new Wire(this.port)) {
			for (int batches = luck.nextInt(1, 4); batches > 0; batches--) {
				List<FuzzInput> batch = new ArrayList<>();
				for (int i = luck.nextInt(1, MOST_PIPELINED); i > 0; i--) {
					batch.add(inputs.next());
				}
				FuzzInput last = (batches == 1 && luck.nextInt(10) > 0) ? inputs.last() : null;
				history.addAll(batch);
				if (last != null) {
					history.add(last);
				}
				exchange(wire, batch, last, luck);
				sent.accept(batch.size() + ((last != null) ? 1 : 0));
			}
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError(
					"%s%nConnection %d of seed %d, on which was sent:%n%s".formatted(ex.getMessage(), connection,
							this.seed, history.stream().map(FuzzInput::toString).collect(Collectors.joining("\n"))),
					ex);
		}
	}

	private void exchange(Wire wire, List<FuzzInput> batch, @Nullable FuzzInput last, FuzzLuck luck)
			throws IOException {
		boolean broken = last != null && last.fate() == Fate.BROKEN;
		boolean together = last != null && (!broken || luck.nextInt(4) == 0);
		List<byte[]> bytes = new ArrayList<>(batch.stream().map(FuzzInput::bytes).toList());
		if (together) {
			bytes.add(last.bytes());
		}
		if (broken && together) {
			// in the middle of everything
			wire.breakWith(join(bytes));
			return;
		}
		sendInPieces(wire, join(bytes), luck);
		for (FuzzInput input : batch) {
			Answer answer = read(wire, input);
			if (!answer.header("Connection").isEmpty()) {
				throw wrong("The connection was to go on", input, answer);
			}
		}
		if (broken) {
			finish(wire, last, luck);
		}
		else if (last != null) {
			Answer answer = read(wire, last);
			boolean closes = answer.header("Connection").equalsIgnoreCase("close");
			if (last.fate() == Fate.REFUSED && !closes) {
				throw wrong("Does not say that the connection ends", last, answer);
			}
			if (closes && wire.read(false) != null) {
				throw new AssertionError("There was to be no more after " + last);
			}
		}
	}

	private static void sendInPieces(Wire wire, byte[] bytes, FuzzLuck luck) {
		int from = 0;
		for (int pieces = luck.nextInt(MOST_PIECES); pieces > 0 && from < bytes.length - 1; pieces--) {
			int to = luck.nextInt(from + 1, bytes.length);
			wire.send(Arrays.copyOfRange(bytes, from, to));
			from = to;
			Thread.yield();
		}
		wire.send(Arrays.copyOfRange(bytes, from, bytes.length));
	}

	/** Sends what is broken; then leaves, or takes all answers that there are. */
	private void finish(Wire wire, FuzzInput input, FuzzLuck luck) throws IOException {
		wire.breakWith(input.bytes());
		int manner = luck.nextInt(8);
		if (manner < 3) {
			return;
		}
		if (manner == 3) {
			wire.isAnswered(QUIET_MS);
		}
		wire.endOutput();
		for (Answer answer = wire.read(input.bodiless()); answer != null; answer = wire.read(false)) {
			check(input, answer);
		}
	}

	private Answer read(Wire wire, FuzzInput input) throws IOException {
		Answer answer;
		try {
			answer = wire.read(input.bodiless());
		}
		catch (AssertionError ex) {
			throw new AssertionError(ex.getMessage() + " after " + input, ex);
		}
		if (answer == null) {
			throw new AssertionError("No answer to " + input);
		}
		check(input, answer);
		return answer;
	}

	private void check(FuzzInput input, Answer answer) {
		String wrong = wrongWith(input, answer);
		if (wrong != null) {
			throw wrong(wrong, input, answer);
		}
	}

	private static AssertionError wrong(String what, FuzzInput input, Answer answer) {
		return new AssertionError(what + ": " + answer + "\nto " + input);
	}

	private @Nullable String wrongWith(FuzzInput input, Answer answer) {
		int status = answer.status();
		if (input.statuses().isEmpty() ? isFault(status) : !input.statuses().contains(status)) {
			return "Wrong status";
		}
		String correlation = answer.header("X-Correlation-ID");
		if (!CORRELATION.matcher(correlation).matches()
				|| !(input.correlation().isEmpty() || input.correlation().equals(correlation))) {
			return "Wrong correlation ID";
		}
		if (!answer.header("X-Content-Type-Options").equals("nosniff")
				|| !answer.header("X-Frame-Options").equals("DENY")
				|| !answer.header("Cache-Control").equals("no-store")
				|| answer.header("Strict-Transport-Security").isEmpty()) {
			return "Security headers are missing";
		}
		if (input.bodiless() || (status == 200 && answer.body().isEmpty()
				&& !answer.header("Access-Control-Allow-Methods").isEmpty())) {
			return null;
		}
		try {
			JsonNode body = JSON.readTree(answer.body());
			return !answer.header("Content-Type").equals("application/json") || !body.isObject() ? "Not declared JSON"
					: (status < 300) ? wrongWithSuccess(input, body) : wrongWithError(answer, body);
		}
		catch (JacksonException _) {
			return "No JSON";
		}
	}

	private boolean isFault(int status) {
		return status >= 500 && (this.classifier || status != 503);
	}

	private static @Nullable String wrongWithSuccess(FuzzInput input, JsonNode body) {
		String echo = body.has("echo") ? body.get("echo").asString()
				: body.path("classifications")
					.valueStream()
					.map((entry) -> entry.path("hash").asString())
					.collect(Collectors.joining(","));
		if (!input.echo().isEmpty() && !input.echo().equals(echo)) {
			return "Somebody else's answer";
		}
		String correlation = body.path("correlation").asString("");
		return (correlation.isEmpty() || input.correlation().isEmpty() || correlation.equals(input.correlation()))
				? null : "Somebody else's request";
	}

	private static @Nullable String wrongWithError(Answer answer, JsonNode body) {
		boolean sound = body.path("success").isBoolean() && !body.get("success").asBoolean()
				&& ERRORS.getOrDefault(answer.status(), Set.of()).contains(body.path("error").asString(""))
				&& !body.path("message").asString("").isEmpty()
				&& body.path("correlationId").asString("").equals(answer.header("X-Correlation-ID"));
		if (answer.status() == 503) {
			sound &= body.path("retryAfterMs").asLong(0) > 0 && !answer.header("Retry-After").isEmpty();
		}
		return sound ? null : "Not the contract's error";
	}

	private static byte[] join(List<byte[]> parts) {
		byte[] all = new byte[parts.stream().mapToInt((part) -> part.length).sum()];
		int at = 0;
		for (byte[] part : parts) {
			System.arraycopy(part, 0, all, at, part.length);
			at += part.length;
		}
		return all;
	}

}
