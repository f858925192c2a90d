/**
 * A generated day: who asks, what for, and about which posts. Everything follows from one
 * seed.
 */
@NullMarked
package io.clearview.bench.workload;

import org.jspecify.annotations.NullMarked;
