package io.clearview.gateway.identity;

import io.clearview.gateway.warmup.Exercise;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes signing warm before the first request. */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

	@Bean
	Exercise signAnAssertion(AssertionSigner signer) {
		return () -> Mono.fromSupplier(() -> signer.sign("0".repeat(64), "free", Scope.USER, "warming-up"));
	}

}
