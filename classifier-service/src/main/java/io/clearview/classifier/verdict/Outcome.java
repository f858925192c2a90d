package io.clearview.classifier.verdict;

import io.clearview.classifier.model.Label;

/** What became of a post: a label, or the reason why there is none. */
public sealed interface Outcome {

	/** Where a label came from. */
	enum Source {

		/** This instance's memory. */
		NEAR_CACHE,

		/** redis-cache. */
		SHARED_CACHE,

		/** The durable store, because redis-cache is out or has lost its data. */
		DURABLE_STORE,

		/** A call to the model that somebody else had already begun. */
		FLIGHT,

		/** A call to the model begun for this post. */
		MODEL,

		/** An entry past its soft age, because the model failed. */
		STALE;

		/** Whether no call to the model was needed for it. */
		public boolean cached() {
			return this == NEAR_CACHE || this == SHARED_CACHE || this == DURABLE_STORE || this == STALE;
		}

	}

	/**
	 * It was judged.
	 *
	 * @param label the verdict
	 * @param source where it came from
	 * @param costNanos what this answer cost, in billionths of a US dollar; 0 unless it
	 * comes straight from the model
	 */
	record Judged(Label label, Source source, long costNanos) implements Outcome {
	}

	/**
	 * It was not judged, so it is shown. Never cached.
	 *
	 * @param sent whether the model may have been asked for it, which may have cost
	 * something
	 */
	record FailedOpen(Reason reason, boolean sent) implements Outcome {

		/** Without asking the model. */
		public FailedOpen(Reason reason) {
			this(reason, false);
		}

	}

	/**
	 * The provider could not judge it, and the local model was sure of its label. Never
	 * cached and never charged.
	 *
	 * @param sent as in {@link FailedOpen}
	 */
	record Fallback(Label label, Reason reason, boolean sent) implements Outcome {
	}

	/** Why a post was not judged, as the contract spells it. */
	enum Reason {

		MODEL_TIMEOUT, MODEL_UNAVAILABLE, MODEL_BUDGET, MODEL_INVALID_ANSWER, MODEL_OVERLOADED, MODEL_DECLINED,
		QUOTA_EXCEEDED, BURST_LIMIT_EXCEEDED

	}

}
