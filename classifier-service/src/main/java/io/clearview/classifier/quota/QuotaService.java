package io.clearview.classifier.quota;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.quota.LocalAccount.Grant;
import io.clearview.classifier.quota.LocalAccount.OwedRefund;
import io.clearview.classifier.quota.QuotaMetrics.Outcome;
import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.quota.SharedQuota.Paid;
import io.clearview.classifier.quota.SharedQuota.Payment;
import io.clearview.classifier.quota.SharedQuota.Refund;
import io.clearview.classifier.quota.SharedQuota.Settlement;
import io.clearview.classifier.quota.SharedQuota.Unpaid;
import io.clearview.classifier.telemetry.Metrics;
import io.clearview.kit.durable.DurableUnavailableException;
import io.clearview.kit.redis.RedisUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Who may have how many posts judged. Counts are the fleet's, in redis-state; while that
 * is out they are this instance's own, more strictly limited, and the fleet's counts are
 * brought up to date once it is back. Never errors because Redis is out.
 */
public final class QuotaService {

	private static final Logger log = LoggerFactory.getLogger(QuotaService.class);

	private static final int SETTLED_AT_ONCE = 16;

	/** Taken off what Redis remembers, because its clock and this machine's differ. */
	private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(10);

	private final QuotaProperties properties;

	private final SharedQuota shared;

	private final LocalQuota local;

	private final QuotaArchive archive;

	private final QuotaMetrics meters;

	private final ConcurrentMap<String, Mono<Boolean>> restoring = new ConcurrentHashMap<>();

	private final String instance;

	private final AtomicLong sequence = new AtomicLong();

	private final AtomicBoolean uncertaintyLogged = new AtomicBoolean();

	QuotaService(QuotaProperties properties, SharedQuota shared, LocalQuota local, QuotaArchive archive,
			QuotaMetrics meters) {
		this.archive = archive;
		this.properties = properties;
		this.shared = shared;
		this.local = local;
		this.meters = meters;
		meters.watch(local);
		byte[] random = new byte[8];
		new SecureRandom().nextBytes(random);
		this.instance = HexFormat.of().formatHex(random);
	}

	/**
	 * Charges as many of a request's posts as both limits leave, in one step.
	 * @param caller whose quota it is
	 * @param posts in the request, 1 or more
	 * @param idempotencyKey what makes two requests the same, so that posts charged under
	 * it are not charged again for a while
	 */
	public Mono<Reservation> reserve(Caller caller, int posts, @Nullable String idempotencyKey) {
		return reserve(caller, posts, List.of(), idempotencyKey);
	}

	/**
	 * Charges as many of a request's posts as both limits leave, except those that were
	 * charged within the last ten minutes and are pending.
	 * @param names of the posts, in their order, each the same whenever the same is asked
	 * @param idempotencyKey as in the other method
	 */
	public Mono<Reservation> reserve(Caller caller, List<String> names, @Nullable String idempotencyKey) {
		return reserve(caller, names.size(), names, idempotencyKey);
	}

	private Mono<Reservation> reserve(Caller caller, int posts, List<String> names, @Nullable String idempotencyKey) {
		String id = nextId();
		return settled(caller.userId(), caller.tier()).then(epochLearnt())
			.then(Mono.defer(() -> reserveShared(id, caller, posts, names, idempotencyKey)))
			.doOnNext(this::learn)
			.onErrorResume(
					(fault) -> Mono.fromSupplier(() -> reserveHere(id, caller, posts, names, idempotencyKey, fault)))
			.doOnNext((reservation) -> count(reservation, posts));
	}

	private Mono<Reservation> reserveShared(String id, Caller caller, int posts, List<String> names,
			@Nullable String idempotencyKey) {
		String user = caller.userId();
		return this.shared.reserve(id, caller, posts, names, idempotencyKey, this.archive.isOn())
			.doOnNext((reservation) -> keep(user, reservation))
			.switchIfEmpty(Mono.defer(() -> restored(user)
				.flatMap((whole) -> this.shared.reserve(id, caller, posts, names, idempotencyKey, false)
					.doOnNext((reservation) -> {
						if (whole) {
							keep(user, reservation);
						}
					}))));
	}

	/** A count that lacks what redis-state has lost must not be kept. */
	private void keep(String user, Reservation reservation) {
		if (reservation.granted() > 0) {
			this.archive.keep(user, reservation.usage());
		}
	}

	/**
	 * Restores what redis-state may have lost of a user, once however many requests wait
	 * for it.
	 * @return whether the counts are whole now
	 */
	private Mono<Boolean> restored(String user) {
		return Mono.defer(() -> this.restoring.computeIfAbsent(user,
				(_) -> restore(user).doFinally((_) -> this.restoring.remove(user)).cache()));
	}

	private Mono<Boolean> restore(String user) {
		long day = Math.floorDiv(this.local.now(), Usage.DAY_MILLIS);
		return this.shared.epoch(this.local.now())
			.flatMap((epoch) -> (LocalQuota.began(epoch) < day * Usage.DAY_MILLIS - CLOCKS_DIFFER.toMillis())
					? Mono.just(0L) : this.archive.recall(user, day))
			.flatMap((posts) -> this.shared.restore(user, day, posts))
			.thenReturn(true)
			.onErrorResume(DurableUnavailableException.class, (_) -> Mono.just(false));
	}

	/**
	 * Charges nothing for a request of which nothing can be judged: whether a limit is
	 * reached, so that it is to be rejected, and the usage. If the first of its posts are
	 * charged already, they are granted whatever the limits say, as in
	 * {@link #reserve(Caller, List, String)}.
	 * @param names of the posts, as in that method
	 * @param idempotencyKey as in that method
	 */
	public Mono<Reservation> reserveNone(Caller caller, List<String> names, @Nullable String idempotencyKey) {
		return usage(caller.userId(), caller.tier()).flatMap((usage) -> {
			if (usage.dailyRemaining() == 0 || usage.burstRemaining() == 0) {
				return reserve(caller, names, idempotencyKey).flatMap(this::withoutCharge);
			}
			return Mono
				.just(new Reservation("", caller.userId(), caller.tier(), 0, Bound.NONE, usage, null, false, ""));
		});
	}

	/** Gives back what was charged because a limit was not reached any more. */
	private Mono<Reservation> withoutCharge(Reservation reservation) {
		int charged = (int) IntStream.range(0, reservation.granted()).filter(reservation::isCharged).count();
		if (charged == 0) {
			return Mono.just(reservation);
		}
		return giveBack(reservation, charged).map((usage) -> new Reservation(reservation.id(), reservation.userId(),
				reservation.tier(), 0, Bound.NONE, usage, reservation.idempotencyKey(), reservation.local(), ""));
	}

	/**
	 * Gives back posts of a reservation that were not judged. Once for a reservation:
	 * again, it does nothing. Emits the usage after it.
	 */
	public Mono<Usage> giveBack(Reservation reservation, int posts) {
		String user = reservation.userId();
		Limits limits = this.properties.limits(reservation.tier());
		if (reservation.local()) {
			return Mono.fromSupplier(() -> giveBackHere(reservation, posts));
		}
		Refund refund = new Refund(reservation.id(), posts, reservation.idempotencyKey());
		Long chargedOn = reservation.usage().day();
		return this.shared.giveBack(user, limits, refund, chargedOn).map((given) -> {
			this.meters.count(reservation.tier(), Outcome.REFUNDED, given.posts());
			this.local.learn(user, given.usage());
			return given.usage();
		}).onErrorResume((fault) -> Mono.fromSupplier(() -> {
			this.meters.count(reservation.tier(), Outcome.REFUNDED, posts);
			return this.local.with(user, (account) -> {
				Long sent = wasSent(fault) ? this.local.now() : null;
				if (!account.owe(new OwedRefund(refund, chargedOn, sent), this.local.now())) {
					this.local.uncounted(posts);
				}
				return account.usage(limits, this.local.now());
			});
		})).doOnNext((_) -> unpay(reservation, posts));
	}

	/**
	 * Remembers for ten minutes that posts are charged and pending, so that asking for
	 * them again is free. Never errors; without Redis this instance remembers them, and
	 * tells Redis once it is back.
	 */
	public Mono<Void> take(Reservation reservation, List<String> names) {
		String user = reservation.userId();
		Mono<Void> here = Mono.fromRunnable(() -> this.local.with(user, (account) -> {
			account.oweTaken(names);
			return account;
		}));
		return Mono.defer(() -> {
			this.local.take(user, names);
			return reservation.local() ? here : this.shared.take(user, names).onErrorResume((_) -> here);
		});
	}

	/** Gives back pending posts that were not judged. Never errors. */
	public Mono<Void> giveBackPending(Reservation reservation, int posts, List<String> names) {
		return Mono.defer(() -> {
			this.local.drop(reservation.userId(), names);
			return this.shared.drop(reservation.userId(), names);
		}).onErrorComplete().then(Mono.defer(() -> giveBack(reservation, posts))).then();
	}

	/** What is charged to a user. Charges nothing. */
	public Mono<Usage> usage(String userId, Tier tier) {
		Limits limits = this.properties.limits(tier);
		return settled(userId, tier).then(Mono.defer(() -> readShared(userId, limits)))
			.doOnNext((usage) -> this.local.learn(userId, usage))
			.onErrorResume((_) -> Mono.fromSupplier(() -> this.local.usage(userId, limits)));
	}

	private Mono<Usage> readShared(String userId, Limits limits) {
		return this.shared.read(userId, limits, this.archive.isOn())
			.switchIfEmpty(Mono.defer(() -> restored(userId).then(this.shared.read(userId, limits))));
	}

	/** Forgets what is charged to a user. Errors when redis-state is out. */
	public Mono<Void> reset(String userId) {
		return this.shared.reset(userId).doOnSuccess((_) -> {
			this.local.forget(userId);
			this.archive.reset(userId, this.local.now());
		});
	}

	/**
	 * Tells redis-state what happened without it, of every user. Does nothing while it is
	 * out or when there is nothing to tell; never errors.
	 */
	Mono<Void> settle() {
		return Flux.defer(() -> {
			Set<String> owing = this.local.owing();
			if (owing.isEmpty()) {
				this.uncertaintyLogged.set(false);
			}
			return Flux.fromIterable(owing);
		}).flatMap((user) -> settled(user, Tier.FREE).onErrorComplete(), SETTLED_AT_ONCE).then();
	}

	/** Whether redis-state knows all that happened without it. */
	boolean isSettled() {
		return this.local.owing().isEmpty();
	}

	/** Whether redis-state knows all that happened to a user without it. */
	boolean isSettled(String userId) {
		return this.local.owing(userId) == null;
	}

	/** Completes once redis-state knows all that happened to a user without it. */
	private Mono<Void> settled(String user, Tier tier) {
		LocalAccount account = this.local.owing(user);
		if (account == null) {
			return Mono.empty();
		}
		Limits limits = this.properties.limits(tier);
		return Flux.fromIterable(account.refunds())
			// none may be cancelled because another failed: it may have reached Redis
			.flatMapDelayError((owed) -> settled(user, limits, account, owed), SETTLED_AT_ONCE, SETTLED_AT_ONCE)
			.then(this.shared.epoch(this.local.now()))
			.flatMap((epoch) -> {
				Settlement settlement = account.settlement(nextId(), epoch, this.local.now());
				this.local.learn(epoch);
				Mono<Void> charged = settlement.isEmpty() ? Mono.empty()
						: this.shared.add(user, limits, settlement).then();
				return charged.doOnSuccess((_) -> account.settled(settlement));
			})
			.thenMany(Flux.defer(() -> Flux.fromIterable(account.payments())))
			.concatMap((payment) -> settled(user, account, payment))
			.then(Mono.defer(() -> tellTaken(user, account)))
			.then(Mono.defer(() -> {
				this.local.close(user);
				return settled(user, tier);
			}));
	}

	/**
	 * Gives back what an account owes. Where Redis has no record of the reservation, and
	 * so long ago that it may have forgotten it, nobody knows whether the posts are
	 * charged: they stay as they are, which is never in favour of the user.
	 */
	private Mono<?> settled(String user, Limits limits, LocalAccount account, OwedRefund owed) {
		return Mono.defer(() -> {
			Duration kept = (owed.chargedOn() != null) ? SharedQuota.LATE : this.properties.reservation();
			boolean certain = owed.isRemembered(this.local.now(), kept.minus(CLOCKS_DIFFER).toMillis());
			return this.shared.giveBack(user, limits, owed.refund(), certain ? owed.chargedOn() : null)
				.doOnNext((given) -> {
					account.settled(owed);
					if (!certain && !given.recorded()) {
						uncertain(owed.refund().posts());
					}
				})
				.doOnError((fault) -> {
					if (owed.chargedOn() != null && wasSent(fault)) {
						account.sent(owed, this.local.now());
					}
				});
		});
	}

	/** Logged once until nothing is owed to Redis any more. */
	private void uncertain(int posts) {
		this.local.uncounted(posts);
		if (this.uncertaintyLogged.compareAndSet(false, true)) {
			log.warn("After a long outage of redis-state it is not known whether some posts are charged twice; "
					+ "see the metric {}", Metrics.QUOTA_UNCOUNTED);
		}
	}

	/** Tells Redis what was paid under an idempotency key. */
	private Mono<Void> settled(String user, LocalAccount account, Payment payment) {
		return Mono.defer(() -> {
			Duration left = Duration.ofMillis(payment.until() - this.local.now());
			return left.isPositive() ? this.shared.pay(user, payment, left) : Mono.empty();
		}).doOnSuccess((_) -> account.settled(payment));
	}

	/** Tells Redis which posts are pending still. */
	private Mono<Void> tellTaken(String user, LocalAccount account) {
		List<String> owed = account.taken();
		List<String> pending = owed.stream().filter((name) -> this.local.isTaken(user, name)).toList();
		Mono<Void> told = pending.isEmpty() ? Mono.empty() : this.shared.take(user, pending);
		return told.doOnSuccess((_) -> account.settledTaken(owed));
	}

	/** Completes when this instance knows whose numbers it sees. Errors never. */
	private Mono<Void> epochLearnt() {
		return this.local.epoch().isEmpty()
				? this.shared.epoch(this.local.now()).doOnNext(this.local::learn).onErrorComplete().then()
				: Mono.empty();
	}

	private Reservation reserveHere(String id, Caller caller, int posts, List<String> names,
			@Nullable String idempotencyKey, Throwable fault) {
		String user = caller.userId();
		Limits limits = this.properties.limits(caller.tier());
		return this.local.with(user, (account) -> {
			long now = this.local.now();
			if (wasSent(fault)) {
				// it may yet reach Redis, and must charge nothing then
				if (!account.owe(new OwedRefund(new Refund(id, posts, idempotencyKey), null, now), now)) {
					this.local.uncounted(posts);
				}
			}
			BitSet free = free(user, posts, names, idempotencyKey);
			Grant grant = account.reserve(posts - free.cardinality(),
					limits.percent(this.properties.withoutRedisPercent()), now);
			String charges = charges(posts, free, grant.posts());
			Usage usage = account.usage(limits, now);
			if (idempotencyKey != null && grant.posts() > 0) {
				long until = this.local.pay(user, idempotencyKey, charges.length());
				if (!account.owe(new Paid(id, idempotencyKey, charges.length(), grant.posts(), usage.day(), until))) {
					this.local.uncounted(grant.posts());
				}
			}
			return new Reservation(id, user, caller.tier(), charges.length(), grant.bound(), usage, idempotencyKey,
					true, charges);
		});
	}

	/**
	 * Posts that are charged already: those that are pending, and as many from the first
	 * on as were paid under the idempotency key.
	 */
	private BitSet free(String user, int posts, List<String> names, @Nullable String idempotencyKey) {
		BitSet free = new BitSet(posts);
		if (idempotencyKey != null) {
			free.set(0, Math.min(posts, this.local.paid(user, idempotencyKey)));
		}
		for (int i = 0; i < names.size(); i++) {
			if (this.local.isTaken(user, names.get(i))) {
				free.set(i);
			}
		}
		return free;
	}

	/**
	 * Which posts are charged, as in {@link Reservation#charges()}, up to the first that
	 * is neither free nor within what was granted.
	 */
	private static String charges(int posts, BitSet free, int granted) {
		StringBuilder charges = new StringBuilder(posts);
		int left = granted;
		for (int i = 0; i < posts; i++) {
			if (free.get(i)) {
				charges.append('0');
			}
			else if (left-- > 0) {
				charges.append('1');
			}
			else {
				break;
			}
		}
		return charges.toString();
	}

	private Usage giveBackHere(Reservation reservation, int posts) {
		this.meters.count(reservation.tier(), Outcome.REFUNDED, posts);
		Limits limits = this.properties.limits(reservation.tier());
		unpay(reservation, posts);
		return this.local.with(reservation.userId(), (account) -> {
			long grantedOn = reservation.usage().day();
			account.giveBack(posts, grantedOn, this.local.now());
			String key = reservation.idempotencyKey();
			if (key != null && !account.owe(new Unpaid(reservation.id(), key, posts, grantedOn,
					this.local.now() + this.properties.idempotency().toMillis()))) {
				this.local.uncounted(posts);
			}
			return account.usage(limits, this.local.now());
		});
	}

	private void unpay(Reservation reservation, int posts) {
		String key = reservation.idempotencyKey();
		if (key != null) {
			this.local.unpay(reservation.userId(), key, posts);
		}
	}

	/** Remembers what Redis says, for when it is out. */
	private void learn(Reservation reservation) {
		this.local.learn(reservation.userId(), reservation.usage());
		String key = reservation.idempotencyKey();
		if (key != null && reservation.granted() > 0) {
			this.local.pay(reservation.userId(), key, reservation.granted());
		}
	}

	private static boolean wasSent(Throwable fault) {
		return !(fault instanceof RedisUnavailableException unavailable) || unavailable.wasSent();
	}

	private void count(Reservation reservation, int posts) {
		this.meters.count(reservation.tier(), reservation.local() ? Outcome.DEGRADED : Outcome.GRANTED,
				reservation.granted());
		this.meters.count(reservation.tier(), Outcome.REFUSED, posts - reservation.granted());
	}

	private String nextId() {
		return this.instance + Long.toString(this.sequence.incrementAndGet(), Character.MAX_RADIX);
	}

}
