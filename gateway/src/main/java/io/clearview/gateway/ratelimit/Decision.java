package io.clearview.gateway.ratelimit;

import java.time.Duration;

import org.springframework.http.HttpHeaders;

/**
 * What a limiter says to one request.
 *
 * @param limit whose decision it is
 * @param allowed whether the request may pass
 * @param source who counted
 * @param remaining requests left now
 * @param pause until the next request is allowed when this one is not, else until all are
 * left again; whole seconds
 */
record Decision(Limit limit, boolean allowed, Source source, long remaining, Duration pause) {

	/** draft-ietf-httpapi-ratelimit-headers-10, with names as strings. */
	static final String RATE_LIMIT = "RateLimit";

	static final String RATE_LIMIT_POLICY = "RateLimit-Policy";

	/** The fields of the IETF draft; {@code Retry-After} comes with the error body. */
	void describe(HttpHeaders headers) {
		headers.set(RATE_LIMIT, rateLimit());
		headers.set(RATE_LIMIT_POLICY, this.limit.policy());
	}

	private String rateLimit() {
		return "\"" + this.limit.name() + "\";r=" + this.remaining + ";t=" + this.pause.toSeconds();
	}

	/** Where a count was kept. */
	enum Source {

		REDIS, LOCAL;

		/** As a metric's label. */
		String label() {
			return (this == REDIS) ? "redis" : "local";
		}

	}

}
