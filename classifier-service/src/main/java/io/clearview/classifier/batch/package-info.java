/** Gathers posts that share a preference into calls to the model. */
@NullMarked
package io.clearview.classifier.batch;

import org.jspecify.annotations.NullMarked;
