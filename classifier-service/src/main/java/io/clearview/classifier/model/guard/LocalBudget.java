package io.clearview.classifier.model.guard;

import java.time.Clock;

import io.clearview.classifier.model.guard.BudgetReservation.Granted;
import io.clearview.classifier.model.guard.BudgetReservation.Limit;
import io.clearview.classifier.model.guard.BudgetReservation.Refused;

/**
 * What one instance may ask while redis-state is out: a share of the fleet's limits, and
 * of what was left of the day's money when it was last known. Remembers what it spent, to
 * be added to the fleet's account afterwards.
 */
final class LocalBudget {

	private static final long SECONDS_A_DAY = 86_400;

	private final GuardProperties limits;

	private final Clock clock;

	private final MinuteWindow calls = new MinuteWindow();

	private final MinuteWindow requests = new MinuteWindow();

	private final MinuteWindow tokens = new MinuteWindow();

	private final MinuteWindow retries = new MinuteWindow();

	private long day;

	private long fleetNanos;

	private long ownNanos;

	LocalBudget(GuardProperties limits, Clock clock) {
		this.limits = limits;
		this.clock = clock;
	}

	/** Takes note of what the fleet has spent. */
	synchronized void known(long day, long spentNanos) {
		if (day < this.day) {
			return;
		}
		begin(day);
		this.fleetNanos = spentNanos;
	}

	/** What the fleet was last known to have spent on {@code day}, or 0. */
	synchronized long fleetNanos(long day) {
		return (this.day == day) ? this.fleetNanos : 0;
	}

	synchronized BudgetReservation reserve(long tokens, long costNanos, boolean again) {
		long now = second();
		begin(now / SECONDS_A_DAY);
		if (this.limits.dailyCap() > 0
				&& this.ownNanos + costNanos > share(this.limits.dailyCapNanos() - this.fleetNanos)) {
			return new Refused(Limit.COST);
		}
		if (this.limits.requestsPerMinute() > 0
				&& this.requests.sum(now) + 1 > share(this.limits.requestsPerMinute())) {
			return new Refused(Limit.REQUESTS);
		}
		if (this.limits.tokensPerMinute() > 0 && this.tokens.sum(now) + tokens > share(this.limits.tokensPerMinute())) {
			return new Refused(Limit.TOKENS);
		}
		if (again && this.retries.sum(now) + 1 > mostRetries(now)) {
			return new Refused(Limit.RETRIES);
		}
		(again ? this.retries : this.calls).add(now, 1);
		this.requests.add(now, 1);
		this.tokens.add(now, tokens);
		this.ownNanos += costNanos;
		return new Granted(now, this.day, false, again, tokens, costNanos);
	}

	synchronized void settle(Granted granted, int requests, long tokens, long costNanos) {
		if (requests == 0) {
			(granted.again() ? this.retries : this.calls).add(granted.second(), -1);
		}
		this.requests.add(granted.second(), requests - 1);
		this.tokens.add(granted.second(), tokens - granted.tokens());
		owe(granted.day(), costNanos - granted.costNanos());
	}

	/** The fleet's account is to be told of so much more. */
	synchronized void owe(long day, long costNanos) {
		if (day == this.day) {
			this.ownNanos = Math.max(0, this.ownNanos + costNanos);
		}
	}

	/** What the fleet's account does not know of yet; from now on it does. */
	synchronized long takeOwed() {
		begin(second() / SECONDS_A_DAY);
		long owed = this.ownNanos;
		this.ownNanos = 0;
		this.fleetNanos += owed;
		return owed;
	}

	private long mostRetries(long now) {
		return Math.max(this.limits.retryFloor(), (long) (this.calls.sum(now) * this.limits.retryRatio()));
	}

	synchronized long day() {
		return second() / SECONDS_A_DAY;
	}

	private long share(long limit) {
		return (long) (limit * this.limits.localShare());
	}

	private long second() {
		return Math.floorDiv(this.clock.millis(), 1_000L);
	}

	private void begin(long day) {
		if (day > this.day) {
			this.day = day;
			this.fleetNanos = 0;
			this.ownNanos = 0;
		}
	}

}
