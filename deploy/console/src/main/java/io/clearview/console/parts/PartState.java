package io.clearview.console.parts;

import io.clearview.console.parts.Part.Condition;

/**
 * How a part is.
 *
 * @param name of the part
 * @param condition of its process
 * @param answers whether it says that it is ready
 * @param since when this became so, in milliseconds since 1970
 */
public record PartState(String name, Condition condition, boolean answers, long since) {

	/** Whether users can count on it. */
	public boolean isUp() {
		return this.condition == Condition.RUNNING && this.answers;
	}

	/** In a word or two. */
	public String text() {
		return switch (this.condition) {
			case ENDED -> "stopped";
			case FROZEN -> "frozen";
			case RUNNING -> this.answers ? "up" : "not ready";
		};
	}

}
