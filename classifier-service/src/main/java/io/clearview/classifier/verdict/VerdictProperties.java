package io.clearview.classifier.verdict;

import java.time.Duration;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How verdicts are kept and found.
 *
 * @param mode where they are kept
 * @param softAge a verdict older than this, give or take a tenth, is judged again
 * @param hardAge a verdict older than this is not used at all
 * @param nearCache memory for verdicts in this process
 * @param postTokens how much of a post is judged
 * @param judgeWithin longest that judging a post goes on, whoever still waits
 * @param flights posts that may be judged at a time
 * @param lease how long another instance waits for one that died while judging
 * @param writeBack verdicts held for redis-cache while it is out
 */
@ConfigurationProperties("clearview.verdict")
@Validated
public record VerdictProperties(@DefaultValue("redis") Mode mode,
		@DefaultValue("6h") @DurationMin(seconds = 1) Duration softAge,
		@DefaultValue("48h") @DurationMin(seconds = 1) Duration hardAge, @DefaultValue("64MB") DataSize nearCache,
		@DefaultValue("512") @Min(16) @Max(6_000) int postTokens,
		@DefaultValue("7s") @DurationMin(millis = 1) Duration judgeWithin, @DefaultValue("20000") @Min(50) int flights,
		@DefaultValue("2s") @DurationMin(millis = 100) Duration lease, @DefaultValue("10000") @Min(1) int writeBack) {

	/** Steps of a migration from memory to Redis. */
	public enum Mode {

		/** In memory only. */
		LOCAL,

		/** Written to both; Redis is read first, and given what only memory has. */
		DUAL,

		/** In Redis, with memory as a copy in front of it. */
		REDIS

	}

	/** What stands when nothing is configured. */
	public static VerdictProperties defaults() {
		return new VerdictProperties(Mode.REDIS, Duration.ofHours(6), Duration.ofHours(48), DataSize.ofMegabytes(64),
				512, Duration.ofSeconds(7), 20_000, Duration.ofSeconds(2), 10_000);
	}

	@AssertTrue(message = "hard-age must be longer than soft-age by more than a tenth")
	boolean isHardAgeLonger() {
		return this.hardAge.compareTo(this.softAge.multipliedBy(11).dividedBy(10)) > 0;
	}

}
