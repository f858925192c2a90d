package io.clearview.gateway.token;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long tokens and what is known of them last.
 *
 * @param keys directory of the key ring that signs tokens; marks of compromised keys lie
 * there too
 * @param lifetime of a token, in whole days
 * @param migrationUntil until when unknown but well-formed tokens become accounts; null:
 * they do not
 * @param sync how often the version of the list of revocations is compared
 * @param cache what is remembered in this process
 */
@Validated
@ConfigurationProperties("clearview.token")
record TokenProperties(@Nullable Path keys, @DefaultValue("365d") Duration lifetime, @Nullable Instant migrationUntil,
		@DefaultValue("2s") Duration sync, @DefaultValue Cache cache) {

	/**
	 * What is remembered of tokens in this process.
	 *
	 * @param valid how long an account is believed without asking Redis
	 * @param unknown how long an unknown token is refused without asking Redis
	 * @param outage how long a token that was valid is believed while Redis is
	 * unavailable
	 * @param size how many tokens are remembered, of each kind
	 */
	record Cache(@DefaultValue("60s") Duration valid, @DefaultValue("10s") Duration unknown,
			@DefaultValue("24h") Duration outage, @DefaultValue("100000") int size) {
	}

}
