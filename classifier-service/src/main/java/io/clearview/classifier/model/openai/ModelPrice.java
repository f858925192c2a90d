package io.clearview.classifier.model.openai;

import io.clearview.classifier.cost.Price;
import io.clearview.classifier.cost.PriceTable;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;

/**
 * What the configured model's tokens cost, in US dollars a million.
 *
 * @param prompt tokens of the question; 0 for a model that costs nothing
 * @param cached tokens of the question that the provider had seen just before; absent for
 * the price of the others
 * @param completion tokens of the answer; 0 for a model that costs nothing
 */
record ModelPrice(@Nullable @PositiveOrZero Double prompt, @Nullable @PositiveOrZero Double cached,
		@Nullable @PositiveOrZero Double completion) {

	@AssertTrue(message = "clearview.model.price.prompt and clearview.model.price.completion must both be given, in US"
			+ " dollars a million tokens, 0 if the model costs nothing")
	boolean isWhole() {
		return (this.prompt == null) == (this.completion == null);
	}

	/**
	 * The price of the configured model: its own, or the one in the table.
	 * @throws IllegalStateException if neither is given: without one the daily cap would
	 * not hold
	 */
	static Price of(OpenAiProperties properties, PriceTable prices) {
		ModelPrice own = properties.price();
		if (own != null && own.prompt != null && own.completion != null) {
			return new Price(own.prompt, own.cached, own.completion);
		}
		if (!prices.knows(properties.name())) {
			throw new IllegalStateException("clearview.model.price.prompt and clearview.model.price.completion: model "
					+ properties.name() + " has no price and would be free for the daily cap; expected US dollars a"
					+ " million tokens, 0 if it costs nothing");
		}
		return prices.of(properties.name());
	}

}
