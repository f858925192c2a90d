/**
 * The embedded model: reads a preference in plain English, matches posts with term lists,
 * shows what it is not sure of. Needs no key and no network.
 */
@NullMarked
package io.clearview.classifier.model.lexical;

import org.jspecify.annotations.NullMarked;
