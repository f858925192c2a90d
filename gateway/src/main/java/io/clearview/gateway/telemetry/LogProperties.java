package io.clearview.gateway.telemetry;

import jakarta.validation.constraints.PositiveOrZero;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much is logged when there is much to log.
 *
 * @param requestsPerSecond events of requests that went well
 * @param troublesPerSecond events of those that did not
 */
@Validated
@ConfigurationProperties("clearview.log")
record LogProperties(@DefaultValue("2000") @PositiveOrZero int requestsPerSecond,
		@DefaultValue("100") @PositiveOrZero int troublesPerSecond) {
}
