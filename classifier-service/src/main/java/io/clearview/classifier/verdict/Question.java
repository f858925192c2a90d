package io.clearview.classifier.verdict;

/**
 * A post as it is judged.
 *
 * @param key of its verdict
 * @param preference canonical
 * @param content canonical and cut to what is judged
 */
public record Question(VerdictKey key, String preference, String content) {
}
