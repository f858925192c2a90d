/** Rehearses the migration from the single-instance backend to this system. */
@NullMarked
package io.clearview.migration;

import org.jspecify.annotations.NullMarked;
