package io.clearview.classifier.api;

import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How requests are served.
 *
 * @param backgroundPosts posts that may be judged at a time after their answer was given
 */
@ConfigurationProperties("clearview.api")
@Validated
record ApiProperties(@DefaultValue("5000") @Min(0) int backgroundPosts) {
}
