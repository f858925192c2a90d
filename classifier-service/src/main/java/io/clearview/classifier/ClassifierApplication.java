package io.clearview.classifier;

import java.time.Clock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Starts the classifier. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class ClassifierApplication {

	public static void main(String[] args) {
		SpringApplication.run(ClassifierApplication.class, args);
	}

	/** The wall. */
	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
