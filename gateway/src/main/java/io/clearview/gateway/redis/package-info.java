/** The guard that keeps Redis from slowing a request down. */
@NullMarked
package io.clearview.gateway.redis;

import org.jspecify.annotations.NullMarked;
