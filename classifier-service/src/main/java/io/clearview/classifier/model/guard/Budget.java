package io.clearview.classifier.model.guard;

import reactor.core.publisher.Mono;

/**
 * What the fleet may ask of a model. Takes an estimate before a try and corrects it
 * afterwards. The Mono never errors and answers within the time-out of redis-state.
 */
interface Budget {

	/**
	 * Reserves a try.
	 * @param tokens it is estimated to take
	 * @param costNanos it is estimated to cost
	 * @param again whether it is not the first for its call
	 */
	Mono<BudgetReservation> reserve(long tokens, long costNanos, boolean again);

	/**
	 * Says what a try really took; at once, whatever becomes of redis-state. One of no
	 * requests was never made, and allows for no more tries.
	 */
	void settle(BudgetReservation.Granted reservation, int requests, long tokens, long costNanos);

}
