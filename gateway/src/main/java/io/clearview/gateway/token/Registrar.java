package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.clearview.gateway.context.Account;
import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.context.Tier;
import io.clearview.gateway.error.ApiException;
import io.clearview.gateway.error.ErrorCode;
import io.clearview.gateway.token.AccountEvent.Kind;
import io.clearview.kit.keyring.KeySetReloaded;
import io.clearview.kit.redis.RedisUnavailableException;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Issues tokens, and during the migration window adopts those that the old backend issued
 * and lost; not too many for one device and network. Issuing stores nothing.
 */
@Component
final class Registrar {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private static final Duration OTHER_INSTANCE = Duration.ofMillis(100);

	private static final int LOOKS_AT_OTHER_INSTANCE = 20;

	private final TokenStore store;

	private final TokenCodec codec;

	private final Tokens tokens;

	private final DeviceHash devices;

	private final SignUpLimits limits;

	private final MigrationWindow window;

	private final TokenProperties properties;

	private final Clock clock;

	private final TokenMetrics counts;

	private final ApplicationEventPublisher events;

	/** Names this instance in reservations. */
	private final String instance = UUID.randomUUID().toString();

	/** Adoptions in flight on this instance, by account. */
	private final Map<String, Mono<Account>> adoptions = new ConcurrentHashMap<>();

	Registrar(TokenStore store, TokenCodec codec, Tokens tokens, DeviceHash devices, SignUpLimits limits,
			MigrationWindow window, TokenProperties properties, Clock clock, TokenMetrics counts,
			ApplicationEventPublisher events) {
		this.store = store;
		this.codec = codec;
		this.tokens = tokens;
		this.devices = devices;
		this.limits = limits;
		this.window = window;
		this.properties = properties;
		this.clock = clock;
		this.counts = counts;
		this.events = events;
	}

	/**
	 * Issues a token for a new account. Errors with {@link ApiException} when device or
	 * network has had its share.
	 */
	Mono<Issued> issue(ServerWebExchange exchange) {
		return Mono.defer(() -> {
			TokenCodec.Issued issued = this.codec.issue()
				.orElseThrow(() -> new ApiException(ErrorCode.AUTH_UNAVAILABLE,
						"Accounts cannot be opened at the moment", RETRY_AFTER));
			Credentials.Token token = Credentials.Token.of(issued.token());
			Device device = this.devices.of(exchange);
			String correlation = RequestContext.of(exchange).correlationId();
			return take(device, token, correlation).then(Mono.fromSupplier(() -> {
				publish(Kind.ISSUED, device, token, correlation);
				return new Issued(token.user(), HexFormat.of().formatHex(issued.token()), issued.expires());
			}));
		});
	}

	/** Follows the key ring at once, so that what was just signed is accepted. */
	@EventListener
	void on(KeySetReloaded event) {
		this.codec.reload();
	}

	/** Whether unknown tokens become accounts now. */
	boolean adopts() {
		return this.window.isOpen();
	}

	/**
	 * Opens an account for a token of the old backend, once however many requests bring
	 * it at a time. Errors with {@link ApiException} when device or network has had its
	 * share, or Redis is unavailable.
	 */
	Mono<Account> adopt(ServerWebExchange exchange, Credentials.Token token) {
		return Mono.defer(() -> {
			Device device = this.devices.of(exchange);
			String correlation = RequestContext.of(exchange).correlationId();
			return this.adoptions.computeIfAbsent(token.user(),
					(user) -> adopt(device, token, correlation).doFinally((_) -> this.adoptions.remove(user)).cache());
		});
	}

	private Mono<Account> adopt(Device device, Credentials.Token token, String correlation) {
		return reserve(device, token, correlation, "").onErrorMap(RedisUnavailableException.class,
				(_) -> unavailable());
	}

	/**
	 * Adopts a token if no other instance is doing so. A reservation of this instance is
	 * a leftover of a try that failed: here tries of one token share one flight.
	 * @param from the instance that has had its time
	 */
	private Mono<Account> reserve(Device device, Credentials.Token token, String correlation, String from) {
		String user = token.user();
		return this.store.beginAdoption(user, this.instance, from)
			.flatMap((owner) -> owner.equals(this.instance)
					? known(user).switchIfEmpty(Mono.defer(() -> open(device, token, correlation)))
					: byOtherInstance(user).switchIfEmpty(Mono.defer(() -> from.isEmpty()
							? reserve(device, token, correlation, owner) : Mono.error(unavailable()))))
			.onErrorResume(
					(fault) -> this.store.endAdoption(user, this.instance).onErrorComplete().then(Mono.error(fault)));
	}

	private Mono<Account> known(String user) {
		return this.store.find(user, false).map(this::remembered);
	}

	/**
	 * Waits for the account that another instance is opening. Empty when there is none
	 * after two seconds: that instance was ended, or Redis ran its reservation after it
	 * had given up.
	 */
	private Mono<Account> byOtherInstance(String user) {
		return Mono.defer(() -> known(user))
			.repeatWhenEmpty(LOOKS_AT_OTHER_INSTANCE, (looks) -> looks.delayElements(OTHER_INSTANCE))
			.onErrorResume(IllegalStateException.class, (_) -> Mono.empty());
	}

	private Mono<Account> open(Device device, Credentials.Token token, String correlation) {
		Instant expires = this.clock.instant().plus(this.properties.lifetime());
		Mono<Account> opened = this.store.addAdopted(token.user())
			.then(Mono.defer(() -> this.store.open(token.user(), Tier.FREE, TokenStore.ADOPTED, expires)))
			.map((entry) -> {
				publish(Kind.ADOPTED, device, token, correlation);
				Account account = remembered(entry);
				this.tokens.opened(entry);
				return account;
			})
			.onErrorResume((fault) -> this.limits.giveBack(device).then(Mono.error(fault)));
		return take(device, token, correlation).then(opened);
	}

	/** An account that was issued is no adopted one: the key of its token was removed. */
	private Account remembered(TokenStore.Entry entry) {
		if (!entry.isAdopted() || entry.revoked()) {
			throw new ApiException(ErrorCode.INVALID_AUTH, "INVALID_TOKEN");
		}
		this.tokens.remember(entry);
		return entry.account();
	}

	private Mono<Void> take(Device device, Credentials.Token token, String correlation) {
		return this.limits.take(device).flatMap((wait) -> {
			if (wait.isZero()) {
				return Mono.empty();
			}
			publish(Kind.REFUSED_BY_DEVICE_LIMIT, device, token, correlation);
			return Mono.error(new ApiException(ErrorCode.FINGERPRINT_LIMIT_EXCEEDED,
					"Too many accounts from this device or network, try again later", wait));
		});
	}

	private static ApiException unavailable() {
		return new ApiException(ErrorCode.AUTH_UNAVAILABLE, "Accounts cannot be opened at the moment", RETRY_AFTER);
	}

	private void publish(Kind kind, Device device, Credentials.Token token, String correlation) {
		this.counts.account(kind);
		this.events.publishEvent(new AccountEvent(kind, device.name(), token.user(), correlation));
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
