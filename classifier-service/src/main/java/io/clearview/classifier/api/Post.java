package io.clearview.classifier.api;

/**
 * One post of a request.
 *
 * @param hash the client's own name for it, echoed back and used for nothing else
 * @param content its text
 */
record Post(String hash, String content) {
}
