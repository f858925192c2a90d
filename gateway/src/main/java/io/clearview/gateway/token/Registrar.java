package io.clearview.gateway.token;

import java.security.DrbgParameters;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

import io.clearview.gateway.correlation.Correlation;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.gateway.token.AccountEvent.Kind;
import io.clearview.kit.redis.RedisUnavailableException;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Opens accounts, not too many for one device: new ones, and during the migration window
 * those of tokens that the old backend issued and lost.
 */
@Component
final class Registrar {

	private static final int TOKEN_BYTES = 32;

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final TokenStore store;

	private final Tokens tokens;

	private final DeviceHash devices;

	private final TokenProperties properties;

	private final Clock clock;

	private final TokenCounts counts;

	private final ApplicationEventPublisher events;

	private final SecureRandom random = generator();

	Registrar(TokenStore store, Tokens tokens, DeviceHash devices, TokenProperties properties, Clock clock,
			TokenCounts counts, ApplicationEventPublisher events) {
		this.store = store;
		this.tokens = tokens;
		this.devices = devices;
		this.properties = properties;
		this.clock = clock;
		this.counts = counts;
		this.events = events;
	}

	/**
	 * Issues a token for a new account. Errors with {@link ApiException} when the device
	 * has had its share or the store is out of reach.
	 */
	Mono<Issued> issue(ServerWebExchange exchange) {
		return Mono.defer(() -> {
			byte[] bytes = new byte[TOKEN_BYTES];
			this.random.nextBytes(bytes);
			String token = HexFormat.of().formatHex(bytes);
			return open(exchange, Credentials.Token.of(token), Kind.ISSUED)
				.map((entry) -> new Issued(entry.account().user(), token, entry.expires()));
		});
	}

	/** Whether unknown tokens become accounts now. */
	boolean adopts() {
		Instant until = this.properties.migrationUntil();
		return until != null && this.clock.instant().isBefore(until);
	}

	/**
	 * Opens an account for a token that the store does not know. Errors as issuing does.
	 */
	Mono<Account> adopt(ServerWebExchange exchange, Credentials.Token token) {
		return Mono.defer(() -> open(exchange, token, Kind.ADOPTED)).map(TokenStore.Entry::account);
	}

	private Mono<TokenStore.Entry> open(ServerWebExchange exchange, Credentials.Token token, Kind kind) {
		String device = this.devices.of(exchange);
		Duration untilMidnight = untilMidnight();
		return this.store.takeFromDevice(device, this.properties.accountsPerDevice(), untilMidnight)
			.flatMap((taken) -> {
				if (!taken) {
					publish(Kind.REFUSED_BY_DEVICE_LIMIT, device, token, exchange);
					return Mono.error(new ApiException(ErrorCode.FINGERPRINT_LIMIT_EXCEEDED,
							"Too many accounts from this device today", untilMidnight));
				}
				return this.store.create(token, Tier.FREE, kind.label(), this.properties.lifetime());
			})
			.doOnNext((entry) -> {
				this.tokens.remember(token.sha(), entry);
				publish(kind, device, token, exchange);
			})
			.onErrorMap(RedisUnavailableException.class, (_) -> new ApiException(ErrorCode.AUTH_UNAVAILABLE,
					"Accounts cannot be opened at the moment", RETRY_AFTER));
	}

	private void publish(Kind kind, String device, Credentials.Token token, ServerWebExchange exchange) {
		this.counts.account(kind);
		this.events.publishEvent(new AccountEvent(kind, device, token.user(), Correlation.of(exchange)));
	}

	private Duration untilMidnight() {
		Instant now = this.clock.instant();
		return Duration.between(now, now.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS));
	}

	/**
	 * A generator of full strength that reads the system's entropy now and not on an
	 * event loop later, as the platform's default does.
	 */
	private static SecureRandom generator() {
		try {
			SecureRandom generator = SecureRandom.getInstance("DRBG",
					DrbgParameters.instantiation(TOKEN_BYTES * Byte.SIZE, DrbgParameters.Capability.RESEED_ONLY, null));
			generator.nextBytes(new byte[TOKEN_BYTES]);
			return generator;
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java runtime has a DRBG", ex);
		}
	}

	/**
	 * A new account.
	 *
	 * @param user its ID
	 * @param token its token, 64 hex digits; known to the client alone from here on
	 * @param expires when it ends
	 */
	record Issued(String user, String token, Instant expires) {

		@Override
		public String toString() {
			return "Issued[" + this.user + "]";
		}

	}

}
