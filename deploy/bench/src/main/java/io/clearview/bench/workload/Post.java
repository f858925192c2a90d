package io.clearview.bench.workload;

/**
 * A post as the client sends it.
 *
 * @param hash the client's own name for it
 * @param content its text, ASCII and without characters that JSON escapes
 */
public record Post(String hash, String content) {
}
