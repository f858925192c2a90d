/** Ids by which a request is found in every log and response. */
@NullMarked
package io.clearview.kit.correlation;

import org.jspecify.annotations.NullMarked;
