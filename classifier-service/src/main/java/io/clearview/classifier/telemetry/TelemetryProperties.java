package io.clearview.classifier.telemetry;

import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much is logged.
 *
 * @param requestsPerSecond events of requests that went well
 * @param troublesPerSecond events of requests that did not, by kind of trouble
 */
@ConfigurationProperties("clearview.log")
@Validated
record TelemetryProperties(@DefaultValue("2000") @Min(1) int requestsPerSecond,
		@DefaultValue("20") @Min(1) int troublesPerSecond) {
}
