package io.clearview.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Something to send, and what may come of it.
 *
 * @param what was done to it, for a person
 * @param bytes to send
 * @param fate of the connection
 * @param bodiless whether it is a HEAD
 * @param statuses that are right; empty when any refusal or success is
 * @param correlation the name its answer must have; empty when any will do
 * @param echo what a classifier must have got, if it was asked; empty when unknown
 */
record FuzzInput(String what, byte[] bytes, Fate fate, boolean bodiless, Set<Integer> statuses, String correlation,
		String echo) {

	private static final int LONGEST_SHOWN = 800;

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.what).append(" [");
		String latin = new String(this.bytes, 0, Math.min(this.bytes.length, LONGEST_SHOWN),
				StandardCharsets.ISO_8859_1);
		for (char c : latin.toCharArray()) {
			if (c == '\n') {
				text.append("\\n\n");
			}
			else if (c < ' ' || c > '~') {
				text.append("\\x%02x".formatted((int) c));
			}
			else {
				text.append(c);
			}
		}
		return text.append(this.bytes.length > LONGEST_SHOWN ? "..." : "")
			.append("] ")
			.append(this.fate)
			.append(' ')
			.append(this.statuses)
			.toString();
	}

	/** What becomes of the connection. */
	enum Fate {

		/** One answer, and the connection goes on. */
		ANSWERED,
		/** One answer, after which the connection may be closed. */
		LAST,
		/** One answer that says that the connection is closed, and then it is. */
		REFUSED,
		/** Any number of answers, until one side hangs up. */
		BROKEN;

		Fate and(Fate other) {
			return (compareTo(other) > 0) ? this : other;
		}

	}

}
