package io.clearview.bench.stub;

import java.util.SplittableRandom;

/** What all connections of a stub share. Touched by its event loop only. */
final class StubState {

	/** Failures and jitter follow from a seed, not from the hour. */
	private final SplittableRandom random = new SplittableRandom(20261123);

	private Behaviour behaviour;

	private StubUsage usage = StubUsage.NONE;

	StubState(Behaviour behaviour) {
		this.behaviour = behaviour;
	}

	void behave(Behaviour behaviour) {
		this.behaviour = behaviour;
	}

	Behaviour behaviour() {
		return this.behaviour;
	}

	StubUsage usage() {
		return this.usage;
	}

	boolean fails() {
		return this.random.nextDouble() < this.behaviour.failureRate();
	}

	int latencyMillis() {
		int jitter = this.behaviour.jitterMillis();
		return Math.max(0, this.behaviour.latencyMillis() - jitter + this.random.nextInt(2 * jitter + 1));
	}

	void countFailure() {
		this.usage = this.usage.plusFailure();
	}

	void count(int posts, int promptTokens, int completionTokens) {
		this.usage = this.usage.plus(posts, promptTokens, completionTokens);
	}

}
