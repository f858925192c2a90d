package io.clearview.classifier.model.guard;

import java.util.Map;

import io.clearview.classifier.model.Label;

/**
 * What a provider answered to one call.
 *
 * @param labels by index of the post; a post that has none was not judged
 * @param usage what it took
 * @param requests that were sent for it: more than one if a key or a way of asking was
 * refused first
 */
public record ProviderResponse(Map<Integer, Label> labels, TokenUsage usage, int requests) {
}
