package io.clearview.bench.run;

/**
 * How long and how hard.
 *
 * @param rate of the open loop, in requests a second
 * @param posts in a request
 * @param seconds of a measurement
 * @param warmUp seconds of load before the first one
 * @param rounds in which ours and each baseline take turns
 * @param connections of the closed loop
 * @param users who ask
 * @param modelLatency of the stub, in milliseconds
 * @param seed of the workload
 */
record Plan(double rate, int posts, int seconds, int warmUp, int rounds, int connections, int users, int modelLatency,
		long seed) {
}
