package io.clearview.classifier.redis;

import java.nio.file.Path;
import java.time.Duration;

import io.clearview.kit.redis.RedisTimes;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the two Redis roles are and how long they may take.
 *
 * @param state the role that must not forget: quotas, budgets
 * @param cache the role that may forget: verdicts, leases
 * @param timeout a command that takes longer has failed
 * @param probe how often a Redis that is out is probed
 * @param startup how long a start waits for Redis before it goes on without
 * @param ca a PEM file of the certificate authorities that are trusted where a URL asks
 * for TLS; null: the JVM's
 */
@ConfigurationProperties("clearview.redis")
@Validated
record RedisProperties(@Valid Role state, @Valid Role cache,
		@DefaultValue("50ms") @DurationMin(millis = 1) Duration timeout,
		@DefaultValue("250ms") @DurationMin(millis = 10) Duration probe,
		@DefaultValue("2s") @DurationMin(millis = 0) Duration startup, @Nullable Path ca) {

	RedisTimes times() {
		return new RedisTimes(this.timeout, this.timeout, this.probe, this.startup);
	}

	/**
	 * One role.
	 *
	 * @param url where it is, see {@link io.clearview.kit.redis.RedisUrl}; may hold a
	 * password
	 * @param cluster whether a URL of one host is that of a Redis Cluster
	 */
	record Role(@NotBlank String url, @DefaultValue("false") boolean cluster) {

		@Override
		public String toString() {
			return "Role[cluster=" + this.cluster + "]";
		}

	}

}
