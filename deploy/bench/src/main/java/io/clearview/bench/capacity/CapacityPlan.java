package io.clearview.bench.capacity;

/**
 * What a load needs.
 *
 * @param gateways pods of one core
 * @param classifiers pods of one core
 * @param stateShards of redis-state, each with a replica
 * @param cacheShards of redis-cache
 * @param stateGigabytes of redis-state, all shards
 * @param cacheGigabytes of redis-cache, all shards, for the verdicts of two days
 * @param gigabitsOut a second at the busiest time
 * @param writesOfDay to Firestore
 * @param writesPerSecond to Firestore, at the busiest time
 * @param systemDollars a day, without the model
 * @param modelDollars a day
 */
record CapacityPlan(long gateways, long classifiers, long stateShards, long cacheShards, double stateGigabytes,
		double cacheGigabytes, double gigabitsOut, double writesOfDay, double writesPerSecond, double systemDollars,
		double modelDollars) {

	/** Above it a pod or a shard has no room for a burst, or for another that is gone. */
	private static final double BUSY_POD = 0.6;

	private static final double BUSY_SHARD = 0.5;

	/** One in each zone, so that one may be lost. */
	private static final long FEWEST_GATEWAYS = 3;

	private static final long FEWEST_CLASSIFIERS = 2;

	private static final double GIGABYTE = 1e9;

	/** A verdict lives for at most 48 h. */
	private static final double VERDICT_DAYS = 2;

	private static final double SHARD_GIGABYTES = 13;

	/**
	 * Computes.
	 * @param load of the busiest day
	 * @param costs of a request and a person
	 * @param prices of the provider
	 */
	static CapacityPlan of(Load load, Costs costs, CapacityPrices prices) {
		double rate = load.peakRate();
		long gateways = atLeast(FEWEST_GATEWAYS, rate * costs.gatewayMillis() / 1000 / BUSY_POD);
		long classifiers = atLeast(FEWEST_CLASSIFIERS, rate * costs.classifierMillis() / 1000 / BUSY_POD);
		double stateGigabytes = load.people() * costs.stateBytes() / GIGABYTE;
		double cacheGigabytes = load.requestsOfDay() * costs.verdictsOfRequest() * VERDICT_DAYS * costs.verdictBytes()
				/ GIGABYTE;
		double redis = rate * costs.redisMillis() / 1000 / BUSY_SHARD;
		long stateShards = atLeast(1, Math.max(redis * costs.stateShare(), stateGigabytes / SHARD_GIGABYTES));
		long cacheShards = atLeast(1, Math.max(redis * (1 - costs.stateShare()), cacheGigabytes / SHARD_GIGABYTES));
		double out = load.requestsOfDay() * costs.bytesOut() / GIGABYTE;
		double writes = load.people() * costs.durableWrites();
		// at the busiest time everything runs, at other times the autoscaler takes half
		// of it away
		double cores = (gateways + classifiers) * (1 / load.peak() + 1) / 2;
		double system = cores * 24 * prices.coreHour() + (stateShards + cacheShards) * 24 * prices.shardHour()
				+ out * prices.gigabyteOut() + writes / 1e6 * prices.millionWrites();
		return new CapacityPlan(gateways, classifiers, stateShards, cacheShards, stateGigabytes, cacheGigabytes,
				rate * costs.bytesOut() * 8 / GIGABYTE, writes, writes / 86_400 * load.peak(), system,
				load.requestsOfDay() * costs.modelDollars());
	}

	private static long atLeast(long fewest, double needed) {
		return Math.max(fewest, (long) Math.ceil(needed));
	}

}
