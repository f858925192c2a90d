package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.clearview.gateway.warmup.Exercise;
import io.clearview.kit.durable.DurableConfiguration;
import io.clearview.kit.durable.GuardedStore;
import io.clearview.kit.durable.WriteBehind;
import io.clearview.kit.keyring.KeyRing;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires what checks tokens, and the look at the marks of compromised keys. */
@Configuration(proxyBeanMethods = false)
@Import(DurableConfiguration.class)
class TokenConfiguration {

	@Bean
	TokenCodec tokenCodec(@Qualifier("tokenKeys") KeyRing keys, TokenProperties properties, Clock clock) {
		return new TokenCodec(keys, properties.keys(), properties.lifetime(), clock);
	}

	@Bean
	Revocations revocations() {
		return new Revocations();
	}

	@Bean
	AdoptedFilter adoptedFilter() {
		return new AdoptedFilter();
	}

	@Bean
	MigrationWindow migrationWindow(TokenProperties properties, Clock clock) {
		return new MigrationWindow(properties.migrationUntil(), clock);
	}

	@Bean
	Tokens tokens(TokenStore store, TokenCodec codec, Revocations revocations, AdoptedFilter adopted,
			MigrationWindow window, TokenProperties properties, Clock clock, TokenMetrics counts,
			AccountArchive archive) {
		return new Tokens(store, codec, revocations, adopted, window::isOpen, properties.cache(), clock,
				Ticker.systemTicker(), counts, archive);
	}

	@Bean
	AccountArchive accountArchive(ObjectProvider<GuardedStore> durable, ObjectProvider<WriteBehind> writes,
			TokenStore store, AdoptedFilter adopted, Clock clock) {
		GuardedStore kept = durable.getIfAvailable();
		return (kept != null) ? new DurableAccounts(kept, writes.getObject(), store, adopted, clock)
				: AccountArchive.NONE;
	}

	@Bean(destroyMethod = "dispose")
	Disposable compromisedKeyPolling(TokenCodec codec, @Value("${clearview.key-poll}") Duration every) {
		return Schedulers.boundedElastic()
			.schedulePeriodically(codec::reload, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Bean
	Exercise lookUpAToken(TokenStore store) {
		return () -> store.find("0".repeat(2 * TokenCodec.BYTES), true);
	}

}
