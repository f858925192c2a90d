package io.clearview.bench.simulate;

/**
 * What a model asks, in US dollars.
 *
 * @param perMillionPromptTokens for what it reads
 * @param perMillionCompletionTokens for what it writes
 */
record Prices(double perMillionPromptTokens, double perMillionCompletionTokens) {
}
