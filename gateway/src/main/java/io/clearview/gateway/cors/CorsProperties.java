package io.clearview.gateway.cors;

import java.time.Duration;
import java.util.List;

import jakarta.validation.constraints.NotEmpty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What a browser may send from where.
 *
 * @param allowedOrigins patterns of origins, as in {@code chrome-extension://*}
 * @param allowedMethods methods
 * @param allowedHeaders headers a request may carry
 * @param exposedHeaders headers of an answer that a script may read
 * @param maxAge how long a browser may remember the answer to a preflight
 */
@Validated
@ConfigurationProperties("clearview.cors")
record CorsProperties(@NotEmpty List<String> allowedOrigins, @NotEmpty List<String> allowedMethods,
		@NotEmpty List<String> allowedHeaders, @DefaultValue List<String> exposedHeaders,
		@DefaultValue("1d") Duration maxAge) {
}
