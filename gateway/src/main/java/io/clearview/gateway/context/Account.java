package io.clearview.gateway.context;

/**
 * Whose request it is.
 *
 * @param user the user's ID, 64 hex digits; says nothing of the token
 * @param tier what the account is entitled to
 */
public record Account(String user, Tier tier) {
}
