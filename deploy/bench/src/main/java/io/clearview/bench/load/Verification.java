package io.clearview.bench.load;

/**
 * What came of one request.
 *
 * @param kind whether the answer was right
 * @param posts answered
 * @param cached posts that were answered from a cache
 * @param failedOpen posts that were shown because they could not be judged
 */
public record Verification(Kind kind, int posts, int cached, int failedOpen) {

	/** Ways for a request to end. */
	public enum Kind {

		/** 2xx, of the right shape, every label right or failed open. */
		RIGHT,

		/** 2xx, but a post is missing, out of order or wrongly labelled. */
		WRONG,

		/** 429. */
		REFUSED,

		/** Any other status. */
		ERROR,

		/** No answer in time. */
		TIMEOUT,

		/** The connection broke, or none could be made. */
		BROKEN

	}

	/** An end without an answer to any post. */
	public static Verification of(Kind kind) {
		return new Verification(kind, 0, 0, 0);
	}

}
