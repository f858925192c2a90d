package io.clearview.classifier.batch;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How posts are gathered into calls to the model.
 *
 * @param posts most a batch holds
 * @param tokens most that the posts of a batch may have, estimated; a post with more
 * leaves alone
 * @param maxWait longest a post waits for company while a slot is free; half of it if the
 * model is quick
 * @param slots calls to the model at a time
 * @param capacity posts that may wait at a time, of which a user holds a quarter at most
 */
@ConfigurationProperties("clearview.batch")
@Validated
public record BatchProperties(@DefaultValue("50") @Min(1) @Max(50) int posts, @DefaultValue("6000") @Min(1) int tokens,
		@DefaultValue("100ms") @DurationMin(millis = 0) @DurationMax(seconds = 1) Duration maxWait,
		@DefaultValue("32") @Min(1) int slots, @DefaultValue("4000") @Min(50) int capacity) {

	/** What stands when nothing is configured. */
	public static BatchProperties defaults() {
		return new BatchProperties(50, 6_000, Duration.ofMillis(100), 32, 4_000);
	}

}
