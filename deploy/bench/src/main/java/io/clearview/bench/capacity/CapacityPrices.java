package io.clearview.bench.capacity;

/**
 * What a provider takes, in US dollars.
 *
 * @param coreHour an hour of one virtual CPU with 2 GB
 * @param shardHour an hour of one Redis shard with its replica
 * @param gigabyteOut a gigabyte to the internet
 * @param millionWrites a million Firestore writes
 */
record CapacityPrices(double coreHour, double shardHour, double gigabyteOut, double millionWrites) {
}
