package io.clearview.gateway.ratelimit;

/**
 * So many requests a minute: all at once from an idle state, and refilled evenly.
 *
 * @param name how settings, headers and metrics call it, {@code [a-z-]+}
 * @param perMinute requests
 * @param policy as the header {@code RateLimit-Policy} has it
 */
record Limit(String name, int perMinute, String policy) {

	private static final int LOCAL_PERCENT = 80;

	Limit(String name, int perMinute) {
		this(name, perMinute, "\"" + name + "\";q=" + perMinute + ";w=60");
	}

	/** What one instance allows by itself while Redis is unavailable: 80 %. */
	Limit local() {
		return new Limit(this.name, Math.max(1, Math.toIntExact((long) this.perMinute * LOCAL_PERCENT / 100)));
	}

}
