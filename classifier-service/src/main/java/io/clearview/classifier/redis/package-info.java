/** The two Redis roles, and the guard that keeps either from slowing a request down. */
@NullMarked
package io.clearview.classifier.redis;

import org.jspecify.annotations.NullMarked;
