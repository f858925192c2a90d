package io.clearview.classifier.model.guard;

/** What became of a wish to call a model. */
sealed interface BudgetReservation {

	/**
	 * Go ahead, and settle afterwards.
	 *
	 * @param second names its place in the minute's window
	 * @param day whose spending it belongs to, since 1970
	 * @param shared whether redis-state knows of it
	 * @param again whether it is not the first try of its call
	 * @param tokens reserved
	 * @param costNanos reserved
	 */
	record Granted(long second, long day, boolean shared, boolean again, long tokens,
			long costNanos) implements BudgetReservation {
	}

	/** A limit is reached. */
	record Refused(Limit limit) implements BudgetReservation {
	}

	/** What there is not enough of. */
	enum Limit {

		/** US dollars a day. */
		COST,

		/** Requests a minute. */
		REQUESTS,

		/** Tokens a minute. */
		TOKENS,

		/** More tries a minute. */
		RETRIES

	}

}
