/** The classifier: what a post's label is, and what that costs. */
@NullMarked
package io.clearview.classifier;

import org.jspecify.annotations.NullMarked;
