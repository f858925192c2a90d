/**
 * From what a request costs to what a number of people needs: pods, shards, operations
 * and money.
 */
@NullMarked
package io.clearview.bench.capacity;

import org.jspecify.annotations.NullMarked;
