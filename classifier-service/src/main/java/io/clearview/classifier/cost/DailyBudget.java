package io.clearview.classifier.cost;

/** What the fleet may spend on the model in a UTC day. */
@FunctionalInterface
public interface DailyBudget {

	/** In billionths of a US dollar; 0 for no limit. */
	long nanos();

}
