/**
 * What the processes spent while they were under load, from the kernel and from their own
 * metrics.
 */
@NullMarked
package io.clearview.bench.measure;

import org.jspecify.annotations.NullMarked;
