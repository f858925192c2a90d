package io.clearview.classifier.model.guard;

import java.time.Duration;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of what may be asked of a model that costs money.
 *
 * @param timeout of one try
 * @param deadline of a call with its tries, where the caller gives none
 * @param retries at most so many more tries
 * @param retryBackoff the first wait before another try is at most this, the next twice
 * this
 * @param retryRatio more tries in a minute, as a share of the fleet's calls in it
 * @param retryFloor more tries in a minute that are allowed however few calls there are
 * @param breakerFailures so many calls that fail in a row open the circuit breaker
 * @param breakerOpen how long it stays open
 * @param requestsPerMinute of the fleet; 0 for no limit
 * @param tokensPerMinute of the fleet; 0 for no limit
 * @param dailyCap of the fleet, in US dollars a UTC day; 0 for no limit
 * @param localShare while redis-state is out, the share of what is left that one instance
 * takes for itself
 */
@ConfigurationProperties("clearview.model.guard")
@Validated
public record GuardProperties(@DefaultValue("5s") @DurationMin(millis = 1) Duration timeout,
		@DefaultValue("7s") @DurationMin(millis = 1) Duration deadline, @DefaultValue("2") @Min(0) @Max(2) int retries,
		@DefaultValue("200ms") @DurationMin(millis = 1) Duration retryBackoff,
		@DefaultValue("0.1") @DecimalMin("0") @DecimalMax("1") double retryRatio,
		@DefaultValue("3") @PositiveOrZero int retryFloor, @DefaultValue("10") @Positive int breakerFailures,
		@DefaultValue("60s") @DurationMin(millis = 1) Duration breakerOpen,
		@DefaultValue("0") @PositiveOrZero long requestsPerMinute,
		@DefaultValue("0") @PositiveOrZero long tokensPerMinute, @DefaultValue("0") @PositiveOrZero double dailyCap,
		@DefaultValue("0.1") @DecimalMin("0") @DecimalMax("1") double localShare) {

	/** The cap in billionths of a US dollar. */
	public long dailyCapNanos() {
		return Math.round(this.dailyCap * 1e9);
	}

}
