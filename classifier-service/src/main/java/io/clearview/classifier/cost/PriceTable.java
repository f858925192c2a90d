package io.clearview.classifier.cost;

import java.util.Map;

import jakarta.validation.Valid;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Prices of models, from configuration.
 *
 * @param prices by name of the model; a name with dots is written {@code "[gpt-4.1]"}
 */
@ConfigurationProperties("clearview.cost")
@Validated
public record PriceTable(@DefaultValue Map<String, @Valid Price> prices) {

	/** Whether the price of {@code model} is known. */
	public boolean knows(String model) {
		return this.prices.containsKey(model);
	}

	/** The price of {@code model}; nothing, if it is not in the table. */
	public Price of(String model) {
		return this.prices.getOrDefault(model, Price.FREE);
	}

}
