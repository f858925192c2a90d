package io.clearview.bench.stub;

/**
 * What a stub was asked so far.
 *
 * @param calls that arrived
 * @param failed of them, on purpose
 * @param posts in the calls that did not fail
 * @param promptTokens of those calls, as a model would bill them (four bytes a token)
 * @param completionTokens likewise
 */
public record StubUsage(long calls, long failed, long posts, long promptTokens, long completionTokens) {

	/** Nothing so far. */
	public static final StubUsage NONE = new StubUsage(0, 0, 0, 0, 0);

	/** What was added since {@code earlier}. */
	public StubUsage since(StubUsage earlier) {
		return new StubUsage(this.calls - earlier.calls, this.failed - earlier.failed, this.posts - earlier.posts,
				this.promptTokens - earlier.promptTokens, this.completionTokens - earlier.completionTokens);
	}

	StubUsage plusFailure() {
		return new StubUsage(this.calls + 1, this.failed + 1, this.posts, this.promptTokens, this.completionTokens);
	}

	StubUsage plus(int posts, long promptTokens, long completionTokens) {
		return new StubUsage(this.calls + 1, this.failed, this.posts + posts, this.promptTokens + promptTokens,
				this.completionTokens + completionTokens);
	}

}
