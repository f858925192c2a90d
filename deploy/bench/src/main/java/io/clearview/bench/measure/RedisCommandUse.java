package io.clearview.bench.measure;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one command took of a Redis, from {@code INFO commandstats}.
 *
 * @param calls of it, also those inside scripts
 * @param micros that they took, in microseconds; of a script with all that it called
 */
public record RedisCommandUse(long calls, long micros) {

	private static final RedisCommandUse NONE = new RedisCommandUse(0, 0);

	private static final Pattern LINE = Pattern.compile("cmdstat_([^:]+):calls=(\\d+),usec=(\\d+)");

	/** By the name of the command, in lower case. */
	static Map<String, RedisCommandUse> parse(String info) {
		Map<String, RedisCommandUse> uses = new TreeMap<>();
		Matcher line = LINE.matcher(info);
		while (line.find()) {
			uses.put(line.group(1), new RedisCommandUse(Long.parseLong(line.group(2)), Long.parseLong(line.group(3))));
		}
		return uses;
	}

	/** The sum of several servers. */
	public static Map<String, RedisCommandUse> sum(Map<String, RedisCommandUse> one,
			Map<String, RedisCommandUse> other) {
		Map<String, RedisCommandUse> sum = new TreeMap<>(one);
		other.forEach((command, use) -> sum.merge(command, use,
				(a, b) -> new RedisCommandUse(a.calls() + b.calls(), a.micros() + b.micros())));
		return sum;
	}

	/** What was used between two readings; commands that were not called are left out. */
	public static Map<String, RedisCommandUse> between(Map<String, RedisCommandUse> before,
			Map<String, RedisCommandUse> after) {
		Map<String, RedisCommandUse> used = new TreeMap<>();
		after.forEach((command, now) -> {
			RedisCommandUse then = before.getOrDefault(command, NONE);
			if (now.calls() > then.calls()) {
				used.put(command, new RedisCommandUse(now.calls() - then.calls(), now.micros() - then.micros()));
			}
		});
		return used;
	}

}
