package io.clearview.classifier.model.guard;

import java.util.List;

import io.clearview.classifier.model.guard.BudgetReservation.Granted;
import io.clearview.classifier.model.guard.BudgetReservation.Limit;
import io.clearview.classifier.model.guard.BudgetReservation.Refused;
import io.clearview.kit.redis.LuaScript;
import io.clearview.kit.redis.Redis;
import io.lettuce.core.ScriptOutputType;
import reactor.core.publisher.Mono;

/**
 * The fleet's budget in redis-state, and while that is out, this instance's own. Owns the
 * keys {@code budget:{<model>}:*}.
 */
final class SharedBudget implements Budget {

	private static final LuaScript RESERVE = LuaScript.load("lua/budget/reserve.lua", ScriptOutputType.MULTI);

	private static final LuaScript SETTLE = LuaScript.load("lua/budget/settle.lua", ScriptOutputType.MULTI);

	private final Redis state;

	private final GuardProperties limits;

	private final LocalBudget local;

	private final List<String> keys;

	private volatile Use use = Use.NOTHING;

	SharedBudget(Redis state, String model, GuardProperties limits, LocalBudget local) {
		this.state = state;
		this.limits = limits;
		this.local = local;
		String tag = model.replaceAll("[^A-Za-z0-9._/:-]", "_");
		this.keys = List.of("budget:{" + tag + "}:window", "budget:{" + tag + "}:spend");
		state.guard().onRecovery(this::payOwed);
	}

	@Override
	public Mono<BudgetReservation> reserve(long tokens, long costNanos, boolean again) {
		return Mono.defer(() -> {
			long day = this.local.day();
			return this.state
				.<List<Long>>run(RESERVE, this.keys, Long.toString(tokens), Long.toString(costNanos),
						Long.toString(this.limits.requestsPerMinute()), Long.toString(this.limits.tokensPerMinute()),
						Long.toString(this.limits.dailyCapNanos()), Long.toString(day),
						Long.toString(this.local.fleetNanos(day)), again ? "1" : "0",
						Double.toString(this.limits.retryRatio()), Integer.toString(this.limits.retryFloor()))
				.map((reply) -> read(reply, tokens, costNanos, again));
		}).onErrorResume((_) -> Mono.fromCallable(() -> this.local.reserve(tokens, costNanos, again)));
	}

	private BudgetReservation read(List<Long> reply, long tokens, long costNanos, boolean again) {
		long day = reply.get(2);
		this.local.known(day, reply.get(3));
		this.use = new Use(reply.get(3), reply.get(4), reply.get(5));
		return switch (reply.getFirst().intValue()) {
			case 0 -> new Granted(reply.get(1), day, true, again, tokens, costNanos);
			case 1 -> new Refused(Limit.COST);
			case 2 -> new Refused(Limit.REQUESTS);
			case 3 -> new Refused(Limit.TOKENS);
			default -> new Refused(Limit.RETRIES);
		};
	}

	@Override
	public void settle(Granted granted, int requests, long tokens, long costNanos) {
		if (!granted.shared()) {
			this.local.settle(granted, requests, tokens, costNanos);
			if (this.state.guard().isUp()) {
				payOwed();
			}
			return;
		}
		long more = costNanos - granted.costNanos();
		String unmade = (requests > 0) ? "" : granted.again() ? "x" : "c";
		correct(granted.second(), granted.day(), requests - 1, tokens - granted.tokens(), more, unmade)
			.subscribe((_) -> {
			}, (_) -> this.local.owe(granted.day(), Math.max(0, more)));
	}

	/** The fleet's use of its budgets, as last seen by this instance. */
	Use use() {
		return this.use;
	}

	/** Adds to the fleet's account what was spent while redis-state was out. */
	private void payOwed() {
		long day = this.local.day();
		long owed = this.local.takeOwed();
		if (owed > 0) {
			correct(0, day, 0, 0, owed, "").subscribe((_) -> {
			}, (_) -> this.local.owe(day, owed));
		}
	}

	private Mono<List<Long>> correct(long second, long day, long requests, long tokens, long costNanos, String unmade) {
		return this.state
			.<List<Long>>run(SETTLE, this.keys, Long.toString(second), Long.toString(day), Long.toString(requests),
					Long.toString(tokens), Long.toString(costNanos), unmade)
			.doOnNext((reply) -> this.local.known(reply.get(0), reply.get(1)));
	}

	/**
	 * What the fleet has used.
	 *
	 * @param spentNanos today
	 * @param requests in the last minute
	 * @param tokens in the last minute
	 */
	record Use(long spentNanos, long requests, long tokens) {

		static final Use NOTHING = new Use(0, 0, 0);

	}

}
