package io.clearview.classifier.model.guard;

/**
 * Tokens that a call took.
 *
 * @param prompt of the question, the cached ones included
 * @param cached of the question, that the provider had seen just before
 * @param completion of the answer
 */
public record Usage(long prompt, long cached, long completion) {

	/** Nothing. */
	public static final Usage NONE = new Usage(0, 0, 0);

	/** What budgets count. */
	public long total() {
		return this.prompt + this.completion;
	}

	/** Both together. */
	public Usage and(Usage other) {
		return new Usage(this.prompt + other.prompt, this.cached + other.cached, this.completion + other.completion);
	}

}
