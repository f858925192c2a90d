package io.clearview.gateway.token;

import java.time.Duration;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many accounts may be opened: one bucket for each network, whatever the headers say,
 * and one for each device, which counts only while a network around it is short.
 *
 * @param device an address (IPv6: /64) together with what the browser says of itself
 * @param ipv4Network a /24
 * @param ipv6Site a /56
 * @param ipv6Network a /48
 */
@Validated
@ConfigurationProperties("clearview.sign-up")
record SignUpProperties(@DefaultValue @Valid Bucket device, @DefaultValue @Valid Bucket ipv4Network,
		@DefaultValue @Valid Bucket ipv6Site, @DefaultValue @Valid Bucket ipv6Network) {

	/**
	 * A bucket that refills.
	 *
	 * @param atOnce how many sign-ups it holds
	 * @param oneMoreEvery how long it takes to refill one, 1 ms or longer
	 * @param shortAt how many sign-ups are taken from a network's bucket before the
	 * buckets of its devices count; no meaning for a device
	 */
	record Bucket(@DefaultValue("5") @Min(1) int atOnce, @DefaultValue("10m") Duration oneMoreEvery,
			@DefaultValue("0") @Min(0) int shortAt) {

		@AssertTrue(message = "one-more-every must be 1 ms or longer")
		boolean isRefilled() {
			return this.oneMoreEvery.toMillis() >= 1;
		}

	}

}
