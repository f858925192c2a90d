package io.clearview.gateway.ratelimit;

import java.util.Map;

import jakarta.validation.constraints.Positive;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How often, in requests a minute and address.
 *
 * @param flood on all paths together, counted by each instance for itself
 * @param shared on the routes that name it, counted over the fleet: limit by name
 * @param mostAddresses how many addresses an instance keeps count of
 */
@Validated
@ConfigurationProperties("clearview.limits")
record LimitProperties(@DefaultValue("1000") @Positive int flood, Map<String, @Positive Integer> shared,
		@DefaultValue("100000") @Positive int mostAddresses) {

	LimitProperties {
		shared = (shared != null) ? Map.copyOf(shared) : Map.of();
	}

}
