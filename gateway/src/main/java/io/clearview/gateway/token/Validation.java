package io.clearview.gateway.token;

import io.clearview.gateway.context.Account;

/** What came of checking a token. */
sealed interface Validation {

	/**
	 * It is good.
	 *
	 * @param account whose it is
	 */
	record Valid(Account account) implements Validation {
	}

	/** Nobody knows it. */
	record Unknown() implements Validation {
	}

	/** It was good once: it expired or was revoked. */
	record Ended() implements Validation {
	}

	/**
	 * Nobody can tell, because Redis is unavailable and the token was not seen lately.
	 */
	record Unavailable() implements Validation {
	}

}
