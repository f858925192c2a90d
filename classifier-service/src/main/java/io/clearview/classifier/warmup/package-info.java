/** Makes the first users of an instance as well served as the later ones. */
@NullMarked
package io.clearview.classifier.warmup;

import org.jspecify.annotations.NullMarked;
