package io.clearview.classifier.identity;

import java.time.Instant;

/** What the gateway's signature says of a request. */
sealed interface Assertion {

	/**
	 * A user's request.
	 *
	 * @param caller who asks
	 * @param signed when the gateway said so, in whole seconds
	 */
	record User(Caller caller, Instant signed) implements Assertion {
	}

	/**
	 * An operator's request.
	 *
	 * @param operator who, as the gateway names its admin keys
	 * @param correlationId of the request
	 */
	record Operator(String operator, String correlationId) implements Assertion {
	}

	/** It is not to be believed. */
	enum Refused implements Assertion {

		/** There is none. */
		MISSING_AUTH,

		/** It is no signed token. */
		INVALID_FORMAT,

		/** It is not signed by a known key, not for this service, or not valid now. */
		INVALID_TOKEN

	}

}
