package io.clearview.e2e.client;

/**
 * What an answer says of one post.
 *
 * @param hash the client's name for it
 * @param label {@code ALLOW} or {@code BLOCK}
 * @param cached whether it was judged before
 * @param stale whether that was longer ago than it should be
 * @param failedOpen whether it was not judged
 * @param fallback whether the local model judged it, because the provider could not
 * @param reason why the provider did not judge it; empty when it did
 */
public record PostResult(String hash, String label, boolean cached, boolean stale, boolean failedOpen, boolean fallback,
		String reason) {

}
