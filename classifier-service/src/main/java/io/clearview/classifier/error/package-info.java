/** The contract's error body, for every refusal and fault. */
@NullMarked
package io.clearview.classifier.error;

import org.jspecify.annotations.NullMarked;
