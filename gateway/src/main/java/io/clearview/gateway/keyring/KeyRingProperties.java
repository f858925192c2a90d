package io.clearview.gateway.keyring;

import java.nio.file.Path;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the key rings are.
 *
 * @param identity keys between gateway and classifier; required
 * @param admin keys of operators; administration is off without one
 * @param device keys of the device hash; required
 * @param token keys that sign bearer tokens; required
 * @param keyPoll how often the directories are looked at
 * @param keySettling how long a new key only verifies before it signs: longer than
 * anybody who verifies takes to look
 */
@ConfigurationProperties("clearview")
record KeyRingProperties(@DefaultValue Ring identity, @DefaultValue Ring admin, @DefaultValue Ring device,
		@DefaultValue Ring token, @DefaultValue("5s") Duration keyPoll, @DefaultValue("15s") Duration keySettling) {

	/**
	 * One ring.
	 *
	 * @param keys its directory, null when it is not configured
	 */
	record Ring(@Nullable Path keys) {
	}

}
