/** What ours is measured against. */
@NullMarked
package io.clearview.bench.baseline;

import org.jspecify.annotations.NullMarked;
