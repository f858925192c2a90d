package io.clearview.classifier.verdict;

import io.clearview.classifier.model.Label;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as it is kept. Written as {@code 1}, the version of this format, {@code A} or
 * {@code B}, and the time in decimal milliseconds, which scripts read too.
 *
 * @param label the verdict
 * @param judgedMillis when it was given, since 1970
 */
public record Entry(Label label, long judgedMillis) {

	/** Characters before the time. */
	private static final int HEAD = 2;

	String encode() {
		return ((this.label == Label.ALLOW) ? "1A" : "1B") + this.judgedMillis;
	}

	/** Reads an entry; null if there is none or it is of no format known here. */
	static @Nullable Entry decode(@Nullable String text) {
		if (text == null || text.length() <= HEAD || text.length() > HEAD + 15 || text.charAt(0) != '1') {
			return null;
		}
		Label label = switch (text.charAt(1)) {
			case 'A' -> Label.ALLOW;
			case 'B' -> Label.BLOCK;
			default -> null;
		};
		long millis = 0;
		for (int i = HEAD; i < text.length(); i++) {
			int digit = text.charAt(i) - '0';
			if (digit < 0 || digit > 9) {
				return null;
			}
			millis = millis * 10 + digit;
		}
		return (label != null) ? new Entry(label, millis) : null;
	}

}
