/**
 * The embedded model: static piece embeddings, trained heads, and the term lists and the
 * preference reader of {@code lexical}. Pure Java, needs no key and no network.
 */
@NullMarked
package io.clearview.classifier.model.local;

import org.jspecify.annotations.NullMarked;
