package io.clearview.gateway.clientip;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.PositiveOrZero;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How far {@code X-Forwarded-For} is believed.
 *
 * @param trustedProxies how many proxies stand before the gateway, each appending to
 * {@code X-Forwarded-For} the address it was called from; 0 ignores the header
 */
@Validated
@ConfigurationProperties("clearview")
record ClientIpProperties(@DefaultValue("0") @PositiveOrZero @Max(16) int trustedProxies) {
}
