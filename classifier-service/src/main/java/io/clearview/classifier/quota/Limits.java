package io.clearview.classifier.quota;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * What a tier may have judged.
 *
 * @param daily posts a UTC day
 * @param burst posts in any 60 seconds
 * @param description of the tier, for a person
 */
public record Limits(@Min(1) int daily, @Min(1) int burst, @NotBlank String description) {

	/** That share of both limits, rounded down, but never nothing. */
	Limits percent(int percent) {
		return new Limits(Math.max(1, (int) (this.daily * (long) percent / 100)),
				Math.max(1, (int) (this.burst * (long) percent / 100)), this.description);
	}

}
