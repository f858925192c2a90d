package io.clearview.gateway.error;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The contract's error body.
 *
 * @param success always false
 * @param error the code
 * @param message for a person
 * @param correlationId the name of the request
 * @param retryAfterMs milliseconds until it is worth trying again; null when it is never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ErrorBody(boolean success, String error, String message, String correlationId, @Nullable Long retryAfterMs) {
}
