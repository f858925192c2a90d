/**
 * What stands between the service and a model that costs money and fails, from outside
 * in: daily cost cap, the fleet's request and token budget, circuit breaker, retries,
 * time-out.
 */
@NullMarked
package io.clearview.classifier.model.guard;

import org.jspecify.annotations.NullMarked;
