package io.clearview.kit.testing;

/** Where a Redis for tests is. */
public interface RedisAddress {

	/** URL for the settings of a service. */
	String url();

	/** Starts it, empty. */
	void start();

	/** Ends it: connections break. */
	void stop();

	/** Whether it is a Redis Cluster. */
	default boolean isCluster() {
		return false;
	}

}
