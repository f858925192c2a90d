package io.clearview.kit.redis;

import java.util.Set;

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

	private RedisFaults() {
	}

	/** Whether the next command, for any key, would probably fail as well. */
	static boolean isOutage(Throwable fault) {
		for (Throwable each = fault; each != null; each = each.getCause()) {
			if (each instanceof RedisConnectionException) {
				return true;
			}
			if (each instanceof RedisCommandExecutionException refusal) {
				return OUT_OF_ORDER.contains(code(refusal));
			}
		}
		return true;
	}

	/**
	 * The class of the root cause, and Redis's error code if there is one; never the
	 * message, which may quote keys and values.
	 */
	static String describe(Throwable fault) {
		Throwable root = fault;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String name = root.getClass().getSimpleName();
		return (root instanceof RedisCommandExecutionException refusal) ? name + " " + code(refusal) : name;
	}

	private static String code(RedisCommandExecutionException refusal) {
		String message = refusal.getMessage();
		return (message != null) ? message.split(" ", 2)[0] : "";
	}

}
