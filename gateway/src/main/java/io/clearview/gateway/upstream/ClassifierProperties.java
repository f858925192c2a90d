package io.clearview.gateway.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotEmpty;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The classifier's instances.
 *
 * @param urls their base URLs, scheme, host and port
 * @param resolveInterval how often names in them are resolved; each address is an
 * instance
 * @param connectTimeout time a connection has to open
 * @param probe how they are watched
 */
@Validated
@ConfigurationProperties("clearview.classifier")
record ClassifierProperties(@NotEmpty List<URI> urls,
		@DefaultValue("5s") @DurationMin(millis = 100) Duration resolveInterval,
		@DefaultValue("1s") @DurationMin(millis = 1) @DurationMax(seconds = 60) Duration connectTimeout,
		@DefaultValue Probe probe) {

	@AssertTrue(message = "must be base URLs such as http://host:8081")
	boolean isUrlsBases() {
		return this.urls.stream()
			.allMatch((url) -> ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
					&& url.getHost() != null && (url.getRawPath().isEmpty() || url.getRawPath().equals("/")));
	}

	/**
	 * How instances are watched. An answer of any kind to a probe, or to a request since
	 * the last one, shows that an instance lives.
	 *
	 * @param interval time between two probes of an instance
	 * @param timeout time it has to answer
	 * @param failures probes in a row without an answer that make it count as gone
	 */
	record Probe(@DefaultValue("2s") Duration interval, @DefaultValue("2s") Duration timeout,
			@DefaultValue("2") int failures) {
	}

}
