package io.clearview.classifier.cost;

import jakarta.validation.constraints.PositiveOrZero;
import org.jspecify.annotations.Nullable;

/**
 * What a model's tokens cost, in US dollars a million.
 *
 * @param prompt tokens of the question
 * @param cached tokens of the question that the provider had seen just before;
 * {@code null} for the price of the others
 * @param completion tokens of the answer
 */
public record Price(@PositiveOrZero double prompt, @Nullable @PositiveOrZero Double cached,
		@PositiveOrZero double completion) {

	/** Of a model that costs nothing. */
	public static final Price FREE = new Price(0, null, 0);

	/** One dollar a million tokens is a thousand nanodollars a token. */
	private static final double NANOS = 1_000;

	/**
	 * Prices a call.
	 * @param promptTokens all tokens of the question
	 * @param cachedTokens those of them that were cached
	 * @param completionTokens of the answer
	 * @return billionths of a US dollar
	 */
	public long nanos(long promptTokens, long cachedTokens, long completionTokens) {
		double cachedPrice = (this.cached != null) ? this.cached : this.prompt;
		return Math.round(NANOS * ((promptTokens - cachedTokens) * this.prompt + cachedTokens * cachedPrice
				+ completionTokens * this.completion));
	}

}
