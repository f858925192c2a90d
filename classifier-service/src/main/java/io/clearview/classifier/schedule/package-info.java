/** Work that recurs while the service runs. */
@NullMarked
package io.clearview.classifier.schedule;

import org.jspecify.annotations.NullMarked;
