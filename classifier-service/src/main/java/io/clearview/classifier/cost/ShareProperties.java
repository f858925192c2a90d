package io.clearview.classifier.cost;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much of the day's model budget one may spend while others want theirs, in percent;
 * 100 for all of it. Without a daily budget there are no shares.
 *
 * @param networkPercent of the users of one network: /24 of IPv4, /48 of IPv6
 * @param userPercent of one user
 */
@ConfigurationProperties("clearview.cost.shares")
@Validated
record ShareProperties(@DefaultValue("5") @DecimalMin("0.1") @DecimalMax("100") double networkPercent,
		@DefaultValue("5") @DecimalMin("0.1") @DecimalMax("100") double userPercent) {
}
