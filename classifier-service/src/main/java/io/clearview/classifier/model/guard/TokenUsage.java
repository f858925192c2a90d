package io.clearview.classifier.model.guard;

/**
 * Tokens that a call took.
 *
 * @param prompt of the question, the cached ones included
 * @param cached of the question, that the provider had seen just before
 * @param completion of the answer
 */
public record TokenUsage(long prompt, long cached, long completion) {

	/** Nothing. */
	public static final TokenUsage NONE = new TokenUsage(0, 0, 0);

	/** What budgets count. */
	public long total() {
		return this.prompt + this.completion;
	}

	/** Both together. */
	public TokenUsage and(TokenUsage other) {
		return new TokenUsage(this.prompt + other.prompt, this.cached + other.cached,
				this.completion + other.completion);
	}

}
