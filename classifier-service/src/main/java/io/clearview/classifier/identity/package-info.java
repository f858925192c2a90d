/** Who is asking, as the gateway's signature says. */
@NullMarked
package io.clearview.classifier.identity;

import org.jspecify.annotations.NullMarked;
