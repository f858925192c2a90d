package io.clearview.classifier.model.local;

import io.clearview.classifier.model.Label;
import org.jspecify.annotations.Nullable;

/**
 * How far a score must be from the threshold for a label to be right with a given
 * precision. Measured by {@code deploy/model/evaluate} on posts that the heads had not
 * seen, as a mean over the tasks; other wishes may have another precision.
 *
 * @param precision share of right labels among those that are sure
 * @param block lowest log-odds of a post that is hidden
 * @param allow highest log-odds of a post that is shown
 */
public record Sureness(double precision, float block, float allow) {

	private static final Sureness[] MEASURED = { new Sureness(0.90, 0.3f, -2.4f), new Sureness(0.93, 1, -3.4f),
			new Sureness(0.95, 1.5f, -4.5f), new Sureness(0.97, 2.8f, -5.9f), new Sureness(0.99, 6.6f, -8.1f) };

	/** The least strict one that has at least {@code precision}, else the strictest. */
	public static Sureness of(double precision) {
		for (Sureness sureness : MEASURED) {
			if (sureness.precision >= precision) {
				return sureness;
			}
		}
		return MEASURED[MEASURED.length - 1];
	}

	/** The label of a post with this score; {@code null} if it is not sure. */
	public @Nullable Label label(float score) {
		if (score >= this.block) {
			return Label.BLOCK;
		}
		return (score <= this.allow) ? Label.ALLOW : null;
	}

}
