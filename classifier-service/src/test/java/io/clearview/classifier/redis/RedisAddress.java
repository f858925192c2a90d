package io.clearview.classifier.redis;

/** Where a Redis for tests is. */
public interface RedisAddress {

	/** As instances are told it. */
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
