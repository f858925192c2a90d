/**
 * A model that costs nothing: answers like an OpenAI-compatible endpoint, as slowly and
 * as badly as it is told.
 */
@NullMarked
package io.clearview.bench.stub;

import org.jspecify.annotations.NullMarked;
