package io.clearview.classifier.model;

import org.jspecify.annotations.Nullable;

/**
 * What became of one post.
 *
 * @param index place of the post in the list that was asked, from 0
 * @param label its label; {@link Label#ALLOW} if {@code fault} is given
 * @param costNanos its share of what the call cost, in billionths of a US dollar
 * @param fault why it has no label although others have; {@code null} if it has one
 */
public record Judgement(int index, Label label, long costNanos, @Nullable Fault fault) {

	public Judgement(int index, Label label, long costNanos) {
		this(index, label, costNanos, null);
	}

	/** A post that was not labelled. */
	public static Judgement failed(int index, Fault fault) {
		return new Judgement(index, Label.ALLOW, 0, fault);
	}

	/** The same, for another place in the list. */
	public Judgement at(int index) {
		return new Judgement(index, this.label, this.costNanos, this.fault);
	}

}
