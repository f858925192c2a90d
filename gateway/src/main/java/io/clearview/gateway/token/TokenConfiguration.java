package io.clearview.gateway.token;

import java.time.Clock;

import com.github.benmanes.caffeine.cache.Ticker;
import io.clearview.gateway.warmup.Exercise;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts time into what needs it. */
@Configuration(proxyBeanMethods = false)
class TokenConfiguration {

	@Bean
	Tokens tokens(TokenStore store, TokenProperties properties, Clock clock, TokenCounts counts) {
		return new Tokens(store, properties.cache(), clock, Ticker.systemTicker(), counts);
	}

	@Bean
	Exercise lookUpAToken(TokenStore store) {
		return () -> store.find("0".repeat(64), true);
	}

}
