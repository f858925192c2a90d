/** Access to Redis that cannot slow a request down: connections, scripts and a guard. */
@NullMarked
package io.clearview.kit.redis;

import org.jspecify.annotations.NullMarked;
