/** How often: the flood guard, and the limits shared by the fleet. */
@NullMarked
package io.clearview.gateway.ratelimit;

import org.jspecify.annotations.NullMarked;
