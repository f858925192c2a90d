package io.clearview.classifier.model;

/**
 * The label of one post.
 *
 * @param index place of the post in the list that was asked, from 0
 * @param label its label
 * @param costNanos its share of what the call cost, in billionths of a US dollar
 */
public record Judgement(int index, Label label, long costNanos) {
}
