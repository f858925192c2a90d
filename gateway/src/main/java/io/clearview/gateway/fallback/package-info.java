/** The answer when the classifier is gone: every post is shown. */
@NullMarked
package io.clearview.gateway.fallback;

import org.jspecify.annotations.NullMarked;
