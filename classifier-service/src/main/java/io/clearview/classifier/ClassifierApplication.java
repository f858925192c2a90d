package io.clearview.classifier;

import java.time.Clock;

import io.clearview.kit.telemetry.TracingConfiguration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Starts the classifier. */
@Import(TracingConfiguration.class)
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class ClassifierApplication {

	/** Netty follows one buffer in so many to its end, to find leaks, and not in 128. */
	private static final int FOLLOWED_BUFFERS = 1024;

	public static void main(String[] args) {
		String interval = "io.netty.leakDetection.samplingInterval";
		System.setProperty(interval, System.getProperty(interval, Integer.toString(FOLLOWED_BUFFERS)));
		SpringApplication.run(ClassifierApplication.class, args);
	}

	/** The system clock (UTC). */
	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
