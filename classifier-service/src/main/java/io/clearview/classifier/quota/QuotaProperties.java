package io.clearview.classifier.quota;

import java.time.Duration;
import java.util.Map;

import io.clearview.classifier.identity.Tier;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What each tier may have judged, and how that is counted.
 *
 * @param tiers limits of every tier
 * @param withoutRedisPercent share of the limits that one instance grants by itself while
 * redis-state is out
 * @param reservation how long a reservation can be given back
 * @param idempotency how long an idempotency key is remembered
 * @param usersRemembered of how many users the last known numbers are kept for an outage
 */
@ConfigurationProperties("clearview.quota")
@Validated
record QuotaProperties(Map<Tier, @Valid Limits> tiers, @DefaultValue("80") @Min(1) @Max(100) int withoutRedisPercent,
		@DefaultValue("2m") Duration reservation, @DefaultValue("10m") Duration idempotency,
		@DefaultValue("50000") @Min(1) int usersRemembered) {

	@AssertTrue(message = "must have limits for free, pro and enterprise")
	boolean isTiersComplete() {
		return this.tiers.keySet().size() == Tier.values().length;
	}

	Limits limits(Tier tier) {
		Limits limits = this.tiers.get(tier);
		if (limits == null) {
			throw new IllegalStateException("No limits for tier " + tier);
		}
		return limits;
	}

}
