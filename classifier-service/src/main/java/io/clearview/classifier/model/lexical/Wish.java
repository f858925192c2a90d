package io.clearview.classifier.model.lexical;

import java.util.List;

import io.clearview.classifier.model.Label;

/**
 * What a preference asks for, as far as it was understood.
 *
 * @param hide topics to hide
 * @param keep exceptions, which win over {@code hide}
 * @param scope what is hidden besides {@code hide}
 * @param understood whether each clause named something that could be hidden or kept
 */
public record Wish(List<Topic> hide, List<Topic> keep, Scope scope, boolean understood) {

	/** What is hidden besides the named topics. */
	public enum Scope {

		/** Nothing. */
		NAMED,

		/** Whatever is about none of the exceptions: "show only cooking". */
		OTHERS,

		/** All: "block everything". */
		ALL

	}

	/** A post with fewer words than this is about nothing in particular. */
	public static final int TOO_SHORT = 4;

	Label judge(Evidence evidence) {
		boolean hidden = switch (this.scope) {
			case ALL -> true;
			case OTHERS -> about(this.hide, evidence, Evidence.ENOUGH)
					|| (evidence.length() >= TOO_SHORT && !about(this.keep, evidence, Evidence.HINT));
			case NAMED -> about(this.hide, evidence, Evidence.ENOUGH) && !about(this.keep, evidence, Evidence.PROBABLE);
		};
		return hidden ? Label.BLOCK : Label.ALLOW;
	}

	private static boolean about(List<Topic> topics, Evidence evidence, int bar) {
		for (Topic topic : topics) {
			if (topic.matches(evidence, bar)) {
				return true;
			}
		}
		return false;
	}

}
