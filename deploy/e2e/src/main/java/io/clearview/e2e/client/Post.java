package io.clearview.e2e.client;

/**
 * A post to be classified.
 *
 * @param hash the client's own name for it, 5 to 100 characters
 * @param content its text
 */
public record Post(String hash, String content) {

	/** A post named after its text, as the extension does. */
	public static Post of(String content) {
		return new Post("post_" + Integer.toHexString(content.hashCode()), content);
	}

}
