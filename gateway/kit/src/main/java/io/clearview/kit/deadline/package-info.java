/** How long something may take. */
@NullMarked
package io.clearview.kit.deadline;

import org.jspecify.annotations.NullMarked;
