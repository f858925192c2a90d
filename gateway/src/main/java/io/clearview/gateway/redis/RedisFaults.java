package io.clearview.gateway.redis;

import java.util.Set;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;

/** Tells a Redis that is out from one that only refuses a command. */
final class RedisFaults {

	/** What Redis answers to every command, or every write, while it is out of order. */
	private static final Set<String> OUT_OF_ORDER = Set.of("BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF",
			"NOAUTH", "NOPERM", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN", "WRONGPASS");

	private RedisFaults() {
	}

	/**
	 * Whether the next command would probably fail as well. A script that the value of
	 * one key breaks must not shut everybody out.
	 */
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
	 * The class of what is at the bottom, and Redis's error code if it gave one; never
	 * the message, which may quote keys and values.
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
