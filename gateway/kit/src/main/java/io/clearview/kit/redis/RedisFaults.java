package io.clearview.kit.redis;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;

/**
 * Distinguishes an outage of Redis from a rejected command, such as WRONGTYPE for one
 * key.
 */
final class RedisFaults {

	/** Error codes that every command, or every write, gets during an outage. */
	private static final Set<String> OUT_OF_ORDER = Set.of("BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF",
			"NOAUTH", "NOPERM", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN", "WRONGPASS");

	private static final String UNKNOWN_COMMAND = "unknown command";

	/** Redis 7.0 says the second, later ones the third. */
	private static final List<String> NO_COMMAND = List.of(UNKNOWN_COMMAND, "user executing the script can't run",
			"ACL failure in script");

	/** In the messages of Redis 5 to 8, of commands that are unknown or not permitted. */
	private static final Pattern COMMAND = Pattern
		.compile("(?:unknown command|permissions to run the) ['`]([A-Za-z|_-]{1,32})['`]");

	private RedisFaults() {
	}

	/** Whether the next command, for any key, would probably fail as well. */
	static boolean isOutage(Throwable fault) {
		for (Throwable each = fault; each != null; each = each.getCause()) {
			if (each instanceof RedisConnectionException) {
				return true;
			}
			if (each instanceof RedisCommandExecutionException refusal) {
				return OUT_OF_ORDER.contains(code(refusal)) || NO_COMMAND.stream().anyMatch(message(refusal)::contains);
			}
		}
		return true;
	}

	/**
	 * The class of the root cause, and Redis's error code if there is one, with the
	 * command or the right that is missing; never the message, which may quote keys and
	 * values.
	 */
	static String describe(Throwable fault) {
		Throwable root = fault;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String name = root.getClass().getSimpleName();
		return (root instanceof RedisCommandExecutionException refusal) ? name + " " + code(refusal) + missing(refusal)
				: name;
	}

	/** Commands are ours, so their names are safe to show. */
	private static String missing(RedisCommandExecutionException refusal) {
		String message = message(refusal);
		Matcher command = COMMAND.matcher(message);
		if (command.find()) {
			return (message.contains(UNKNOWN_COMMAND) ? ": unknown command " : ": no right to run ")
					+ command.group(1).toUpperCase(Locale.ROOT);
		}
		if (NO_COMMAND.stream().anyMatch(message::contains)) {
			return ": no right to run a command of its script";
		}
		if (code(refusal).equals("NOPERM")) {
			return message.contains("channel") ? ": no right to its channels" : ": no right to its keys";
		}
		return "";
	}

	private static String code(RedisCommandExecutionException refusal) {
		return message(refusal).split(" ", 2)[0];
	}

	private static String message(RedisCommandExecutionException refusal) {
		String message = refusal.getMessage();
		return (message != null) ? message : "";
	}

}
