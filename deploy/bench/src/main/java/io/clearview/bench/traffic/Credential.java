package io.clearview.bench.traffic;

/** What a request says of who sends it. */
@FunctionalInterface
public interface Credential {

	/** Header lines for a request that is sent now, each with its line break. */
	byte[] headers();

}
