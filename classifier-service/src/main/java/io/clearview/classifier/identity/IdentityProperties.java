package io.clearview.classifier.identity;

import java.nio.file.Path;
import java.time.Duration;

import jakarta.validation.constraints.NotNull;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the gateway's signature is checked.
 *
 * @param keys directory of the key ring
 * @param keyPoll how often the directory is looked at
 * @param clockSkew how far the clocks of two machines may be apart
 * @param staleAfter age of an assertion that no gateway waits behind any more; counts
 * only after this process stood still
 */
@ConfigurationProperties("clearview.identity")
@Validated
record IdentityProperties(@NotNull Path keys, @DefaultValue("5s") @DurationMin(millis = 10) Duration keyPoll,
		@DefaultValue("5s") @DurationMin(millis = 0) Duration clockSkew,
		@DefaultValue("9s") @DurationMin(seconds = 1) Duration staleAfter) {
}
