/** Work that recurs while the service runs. */
@NullMarked
package io.clearview.kit.schedule;

import org.jspecify.annotations.NullMarked;
