package io.clearview.gateway.warmup;

import java.time.Duration;

import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long an instance exercises before it is ready.
 *
 * @param time at most; 0 for not at all
 * @param rounds at most; a round is every exercise once
 */
@ConfigurationProperties("clearview.warm-up")
@Validated
record WarmUpProperties(@DefaultValue("4s") @DurationMin(millis = 0) Duration time,
		@DefaultValue("500") @Min(0) int rounds) {
}
