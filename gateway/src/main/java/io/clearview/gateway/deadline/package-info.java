/** How long something may take. */
@NullMarked
package io.clearview.gateway.deadline;

import org.jspecify.annotations.NullMarked;
