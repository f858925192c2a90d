package io.clearview.gateway;

import java.time.Clock;

import io.clearview.kit.telemetry.TracingConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Starts the gateway. The stock limiter over Redis is left out: what it does when Redis
 * is out must not be reachable by any setting. So is the driver's tracing: it throws
 * where a command is cancelled, which happens whenever a client leaves.
 */
@Import(TracingConfiguration.class)
@SpringBootApplication(excludeName = { "org.springframework.cloud.gateway.config.GatewayRedisAutoConfiguration",
		"org.springframework.boot.data.redis.autoconfigure.observation.LettuceObservationAutoConfiguration" })
@ConfigurationPropertiesScan
public class GatewayApplication {

	/** Netty follows one buffer in so many to its end, to find leaks, and not in 128. */
	private static final int FOLLOWED_BUFFERS = 1024;

	public static void main(String[] args) {
		String interval = "io.netty.leakDetection.samplingInterval";
		System.setProperty(interval, System.getProperty(interval, Integer.toString(FOLLOWED_BUFFERS)));
		SpringApplication.run(GatewayApplication.class, args);
	}

	/** The system clock (UTC). */
	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
