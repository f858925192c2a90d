/** Verdicts by what was judged: keys, near-cache, shared cache, single-flight. */
@NullMarked
package io.clearview.classifier.verdict;

import org.jspecify.annotations.NullMarked;
