package io.clearview.classifier.verdict;

/**
 * Names a verdict by what was judged: the first 128 bits of SHA-256 over canonical
 * preference, canonical content, prompt version and model name. Says nothing of who
 * asked.
 *
 * @param high bits 0 to 63 of the digest, big-endian
 * @param low bits 64 to 127
 */
public record VerdictKey(long high, long low) {
}
