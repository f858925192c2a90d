package io.clearview.gateway.fallback;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When the classifier is no longer waited for.
 *
 * @param deadline time a request may take from its arrival to the end of the classifier's
 * response; above the classifier's own deadline and below the 10 s after which clients
 * give up
 * @param deadlineMargin how much longer than {@code deadlineMs} a request may take before
 * the gateway responds by itself
 * @param window how far back failures count
 * @param minimumCalls fewer calls than this in the window say nothing
 * @param failureRate percentage of failed calls that opens the breaker
 * @param openFor how long it then stays open
 * @param trialCalls calls let through to see whether it is better
 */
@Validated
@ConfigurationProperties("clearview.breaker")
record BreakerProperties(@DefaultValue("8s") Duration deadline, @DefaultValue("60ms") Duration deadlineMargin,
		@DefaultValue("10s") Duration window, @DefaultValue("10") @Min(1) int minimumCalls,
		@DefaultValue("50") @Min(1) @Max(100) int failureRate, @DefaultValue("5s") Duration openFor,
		@DefaultValue("5") @Min(1) int trialCalls) {
}
