/** What judging costs, and what it would have cost without cache and batching. */
@NullMarked
package io.clearview.classifier.cost;

import org.jspecify.annotations.NullMarked;
