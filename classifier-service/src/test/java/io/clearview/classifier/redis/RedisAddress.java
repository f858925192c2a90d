package io.clearview.classifier.redis;

/** Where a Redis for tests is. */
public interface RedisAddress {

	/** As instances are told it. */
	String url();

	/** Whether it is a Redis Cluster. */
	default boolean isCluster() {
		return false;
	}

}
