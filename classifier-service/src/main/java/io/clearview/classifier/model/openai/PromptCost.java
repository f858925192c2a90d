package io.clearview.classifier.model.openai;

import java.util.List;

import io.clearview.classifier.cost.AloneCost;
import io.clearview.classifier.cost.Price;
import io.clearview.classifier.model.guard.TokenUsage;

/**
 * What a post would cost in a call of its own: it pays for the whole prompt. An estimate:
 * tokens are counted without the tokenizer, rather too many.
 */
final class PromptCost implements AloneCost {

	private final Prompt prompt;

	private final Price price;

	PromptCost(Prompt prompt, Price price) {
		this.prompt = prompt;
		this.price = price;
	}

	@Override
	public long nanos(String preference, String content) {
		TokenUsage usage = this.prompt.estimate(preference, List.of(content));
		return this.price.nanos(usage.prompt(), 0, usage.completion());
	}

}
