package io.clearview.classifier.verdict;

import io.clearview.classifier.model.Label;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Source;

/** Outcomes that cost nothing, made once: the hot path hands out thousands a second. */
final class Answers {

	private static final Judged[][] FREE = new Judged[Label.values().length][Source.values().length];

	static {
		for (Label label : Label.values()) {
			for (Source source : Source.values()) {
				FREE[label.ordinal()][source.ordinal()] = new Judged(label, source, 0);
			}
		}
	}

	private Answers() {
	}

	static Judged free(Label label, Source source) {
		return FREE[label.ordinal()][source.ordinal()];
	}

}
