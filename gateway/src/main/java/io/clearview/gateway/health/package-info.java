/** Liveness, readiness and the public health answer. */
@NullMarked
package io.clearview.gateway.health;

import org.jspecify.annotations.NullMarked;
