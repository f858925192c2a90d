package io.clearview.bench.capacity;

/**
 * What one request, person or verdict costs, as measured; docs/capacity.md says where.
 *
 * @param gatewayMillis CPU time of the gateway a request
 * @param classifierMillis CPU time of a classifier a request
 * @param redisMillis CPU time of Redis a request, both roles together; each server has
 * one thread
 * @param stateShare share of it that redis-state has, 0 to 1
 * @param bytesOut bytes that leave for a client, a request
 * @param stateBytes memory of redis-state a person
 * @param verdictBytes memory of redis-cache a verdict
 * @param verdictsOfRequest verdicts that are new, a request
 * @param modelDollars paid to the model, a request
 * @param durableWrites Firestore writes a person and day, where it is on
 */
record Costs(double gatewayMillis, double classifierMillis, double redisMillis, double stateShare, double bytesOut,
		double stateBytes, double verdictBytes, double verdictsOfRequest, double modelDollars, double durableWrites) {
}
