package io.clearview.gateway.server;

import java.time.Duration;

import jakarta.validation.constraints.Positive;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the public port bears. Sizes and idle times are Spring's, in {@code server.*}.
 *
 * @param maxConnections open at once; one more is closed at once
 * @param headTimeout from the first byte of a request to the end of its headers
 * @param requestTimeout from there to the last byte of its body
 * @param answerTimeout until what was written has been taken off the connection
 * @param drain how long a server that stops goes on taking requests at most
 */
@Validated
@ConfigurationProperties("clearview.server")
record ServerLimitProperties(@DefaultValue("10000") @Positive int maxConnections,
		@DefaultValue("10s") @DurationMin(millis = 10) Duration headTimeout,
		@DefaultValue("15s") @DurationMin(millis = 10) Duration requestTimeout,
		@DefaultValue("15s") @DurationMin(millis = 10) Duration answerTimeout,
		@DefaultValue("5s") @DurationMin(millis = 0) @DurationMax(seconds = 25) Duration drain) {
}
