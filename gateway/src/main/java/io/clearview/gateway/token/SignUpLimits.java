package io.clearview.gateway.token;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clearview.kit.redis.RedisUnavailableException;
import io.clearview.gateway.token.SignUpProperties.Bucket;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;

/**
 * Limits sign-ups by network and by device: over the fleet with {@code sign_up_take.lua},
 * and by each instance for itself, with the same formula, while redis-state is
 * unavailable.
 * <p>
 * A network decides alone while it has room: behind the one address of a campus thousands
 * of browsers look like one device. What is left then is kept for devices that have not
 * taken much. A client can write other headers, so the device never bounds an attacker;
 * the network does.
 */
@Component
final class SignUpLimits {

	/** How many buckets an instance keeps while redis-state is unavailable. */
	private static final int MOST_LOCAL = 100_000;

	private final TokenStore store;

	private final SignUpProperties limits;

	private final Clock clock;

	/** When a bucket will be full again, in ms since 1970. */
	private final Cache<String, Long> local = Caffeine.newBuilder()
		.executor(Runnable::run)
		.maximumSize(MOST_LOCAL)
		.build();

	SignUpLimits(TokenStore store, SignUpProperties limits, Clock clock) {
		this.store = store;
		this.limits = limits;
		this.clock = clock;
	}

	/**
	 * Takes one sign-up; how long to wait for the next one if there is none, else zero.
	 */
	Mono<Duration> take(Device device) {
		Instant now = this.clock.instant();
		return this.store.signUp(keys(device), buckets(device), 1, now)
			.map(Duration::ofMillis)
			.onErrorResume(RedisUnavailableException.class, (_) -> Mono.fromSupplier(() -> takeLocally(device, 1)));
	}

	/** Gives a sign-up back that came to nothing. Never errors. */
	Mono<Void> giveBack(Device device) {
		return this.store.signUp(keys(device), buckets(device), -1, this.clock.instant())
			.onErrorResume(RedisUnavailableException.class,
					(_) -> Mono.fromSupplier(() -> takeLocally(device, -1).toMillis()))
			.then();
	}

	/** The same as the script does, in this process. */
	synchronized Duration takeLocally(Device device, int count) {
		long now = this.clock.instant().toEpochMilli();
		List<String> keys = keys(device);
		List<Bucket> buckets = buckets(device);
		List<Long> full = new ArrayList<>();
		long wait = 0;
		long waitForDevice = 0;
		boolean networkIsShort = false;
		for (int i = 0; i < keys.size(); i++) {
			Long known = this.local.getIfPresent(keys.get(i));
			long every = buckets.get(i).oneMoreEvery().toMillis();
			long next = Math.max((known != null) ? known : 0, now) + count * every;
			full.add(next);
			long over = next - now - buckets.get(i).atOnce() * every;
			if (i == 0) {
				waitForDevice = over;
			}
			else {
				wait = Math.max(wait, over);
				// as it is with this sign-up, taken or not yet given back
				long taken = Math.max(next, next - count * every) - now;
				networkIsShort |= taken > buckets.get(i).shortAt() * every;
			}
		}
		if (networkIsShort) {
			wait = Math.max(wait, waitForDevice);
		}
		if (count > 0 && wait > 0) {
			return Duration.ofMillis(wait);
		}
		for (int i = (networkIsShort) ? 0 : 1; i < keys.size(); i++) {
			this.local.put(keys.get(i), full.get(i));
		}
		return Duration.ZERO;
	}

	private static List<String> keys(Device device) {
		List<String> keys = new ArrayList<>();
		keys.add(TokenStore.signUpKey(device.area(), device.name()));
		device.networks().forEach((network) -> keys.add(TokenStore.signUpKey(device.area(), network)));
		return keys;
	}

	private List<Bucket> buckets(Device device) {
		return device.six() ? List.of(this.limits.device(), this.limits.ipv6Site(), this.limits.ipv6Network())
				: List.of(this.limits.device(), this.limits.ipv4Network());
	}

}
