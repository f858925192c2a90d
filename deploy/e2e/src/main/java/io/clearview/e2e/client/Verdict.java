package io.clearview.e2e.client;

/**
 * What an answer says of one post.
 *
 * @param hash the client's name for it
 * @param label {@code ALLOW} or {@code BLOCK}
 * @param cached whether it was judged before
 * @param stale whether that was longer ago than it should be
 * @param failedOpen whether it was not judged
 * @param reason why not; empty when it was
 */
public record Verdict(String hash, String label, boolean cached, boolean stale, boolean failedOpen, String reason) {

}
