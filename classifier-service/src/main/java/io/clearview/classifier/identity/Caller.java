package io.clearview.classifier.identity;

/**
 * Who is asking, as the gateway asserted it.
 *
 * @param userId 64 hex digits
 * @param tier of the account
 * @param correlationId of the request
 */
public record Caller(String userId, Tier tier, String correlationId) {
}
