package io.clearview.gateway.correlation;

import io.clearview.kit.correlation.CorrelationIds;

/** The name a request goes by in its answer, in every log line and in its trace. */
public final class Correlation {

	/** The header, in requests, in answers, and towards the classifier. */
	public static final String HEADER = "X-Correlation-ID";

	private Correlation() {
	}

	/** A new name, for a request that could not even be read. */
	public static String mint() {
		return CorrelationIds.takeOrMint(null);
	}

}
