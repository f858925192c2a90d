/**
 * A durable store of small documents, and what keeps a slow or absent one from costing a
 * request anything. Mechanism only: it does not know what the documents mean.
 */
@NullMarked
package io.clearview.kit.durable;

import org.jspecify.annotations.NullMarked;
