package io.clearview.gateway.request;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bodies of requests.
 *
 * @param memory for the bodies of all requests in flight together
 */
@ConfigurationProperties("clearview.bodies")
record BodyProperties(@DefaultValue("64MB") DataSize memory) {
}
