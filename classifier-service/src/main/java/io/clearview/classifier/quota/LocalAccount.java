package io.clearview.classifier.quota;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.clearview.classifier.quota.Reservation.Bound;
import io.clearview.classifier.quota.SharedQuota.Payment;
import io.clearview.classifier.quota.SharedQuota.Refund;
import io.clearview.classifier.quota.SharedQuota.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * One user's counts on this instance while redis-state is out, starting from what Redis
 * said last, and what Redis must be told once it is back. All times are in milliseconds
 * of this machine's clock.
 */
public final class LocalAccount {

	/**
	 * Refunds, and as many payments, that Redis can be owed: more than requests of one
	 * post each that the highest burst limit allows in 60 seconds, which may all be under
	 * way when Redis and the model fail.
	 */
	static final int MOST_OWED = 6_000;

	private static final int MOST_TAKEN = 1_000;

	private static final int SECOND = 1000;

	private final Deque<Second> granted = new ArrayDeque<>();

	/** By reservation, in their order. */
	private final Map<String, OwedRefund> refunds = new LinkedHashMap<>();

	private final Set<Payment> payments = new LinkedHashSet<>();

	private final Set<String> taken = new LinkedHashSet<>();

	private final int mostOwed;

	private final String epoch;

	private final long knownBurst;

	private final long knownBurstUntil;

	private long day;

	private long known;

	private long used;

	private long refunded;

	private @Nullable Settlement settling;

	/** When that was made. */
	private long settlingSince;

	/** Whether a settlement holds what Redis lost. */
	private boolean lostTold;

	/**
	 * @param last what Redis said last, null when it said nothing of this user
	 * @param epoch of the Redis that said it, empty when it is not known
	 * @param now the moment
	 */
	public LocalAccount(@Nullable Usage last, String epoch, long now) {
		this(last, epoch, now, MOST_OWED);
	}

	LocalAccount(@Nullable Usage last, String epoch, long now, int mostOwed) {
		this.mostOwed = mostOwed;
		this.epoch = epoch;
		this.day = Math.floorDiv(now, Usage.DAY_MILLIS);
		this.known = (last != null && last.day() == this.day) ? last.daily() : 0;
		this.knownBurst = (last != null) ? last.burst() : 0;
		this.knownBurstUntil = (last != null) ? last.burstLast() : 0;
	}

	/** Grants what {@code limits} leave of {@code posts}. */
	public synchronized Grant reserve(int posts, Limits limits, long now) {
		turn(now);
		long today = Math.max(0, limits.daily() - daily());
		long soon = Math.max(0, limits.burst() - burst(now));
		int count = (int) Math.min(posts, Math.min(today, soon));
		if (count > 0) {
			this.used += count;
			count(now / SECOND, count);
		}
		Bound bound = (count == posts) ? Bound.NONE : (today <= soon) ? Bound.DAY : Bound.BURST;
		return new Grant(count, bound);
	}

	/**
	 * Takes back what this account granted.
	 * @param grantedOn UTC day on which it was, counted from 1970-01-01; a day that is
	 * over is not changed, nor is today's count
	 */
	synchronized void giveBack(int posts, long grantedOn, long now) {
		turn(now);
		if (grantedOn == this.day) {
			this.used -= posts;
		}
		int left = posts;
		while (left > 0 && !this.granted.isEmpty()) {
			Second last = this.granted.removeLast();
			if (last.posts() > left) {
				int kept = last.posts() - left;
				this.granted.addLast(new Second(last.second(), kept, Math.min(last.told(), kept)));
			}
			left -= Math.min(left, last.posts());
		}
	}

	/**
	 * Remembers that Redis must give something back.
	 * @return whether there was room for it
	 */
	synchronized boolean owe(OwedRefund owed, long now) {
		turn(now);
		if (owed.chargedOn() != null && owed.chargedOn() == this.day) {
			// it counts in what is known here
			this.refunded += owed.refund().posts();
		}
		return this.refunds.size() < this.mostOwed
				&& this.refunds.putIfAbsent(owed.refund().reservation(), owed) == null;
	}

	/**
	 * Remembers that Redis must record what was paid under an idempotency key.
	 * @return whether there was room for it
	 */
	synchronized boolean owe(Payment payment) {
		return this.payments.size() < this.mostOwed && this.payments.add(payment);
	}

	synchronized List<Payment> payments() {
		return List.copyOf(this.payments);
	}

	/** Redis has recorded that, or need not any more. */
	synchronized void settled(Payment payment) {
		this.payments.remove(payment);
	}

	/** Remembers that Redis must be told of posts that are charged and pending. */
	synchronized void oweTaken(List<String> names) {
		for (String name : names) {
			if (this.taken.size() < MOST_TAKEN) {
				this.taken.add(name);
			}
		}
	}

	synchronized List<String> taken() {
		return List.copyOf(this.taken);
	}

	/** Redis knows that these are charged and pending, or need not know it any more. */
	synchronized void settledTaken(List<String> names) {
		names.forEach(this.taken::remove);
	}

	synchronized List<OwedRefund> refunds() {
		return List.copyOf(this.refunds.values());
	}

	/** Redis has given that back. */
	synchronized void settled(OwedRefund refund) {
		this.refunds.remove(refund.refund().reservation());
	}

	/** Redis was sent a refund, and it is not known whether it gave it back. */
	synchronized void sent(OwedRefund refund, long now) {
		this.refunds.computeIfPresent(refund.refund().reservation(), (_, one) -> one.sent(now));
	}

	/**
	 * What Redis must charge; the same until it has.
	 * @param epochNow of the Redis that is told; if it is not the one that the known
	 * numbers are from, that Redis lost them
	 */
	synchronized Settlement settlement(String id, String epochNow, long now) {
		turn(now);
		Settlement current = this.settling;
		if (current == null) {
			boolean lost = !this.lostTold && !this.epoch.isEmpty() && !this.epoch.equals(epochNow);
			current = new Settlement(id, this.day, this.used, tellBurst(),
					lost ? Math.max(0, this.known - this.refunded) : 0);
			this.lostTold |= lost;
			this.settlingSince = now;
		}
		else if (now - this.settlingSince > Usage.WINDOW_MILLIS) {
			// what it was granted has left the window; its ID stays, as Redis may know it
			current = new Settlement(current.id(), current.day(), current.daily(), 0, current.lost());
		}
		this.settling = current;
		return current;
	}

	/** Redis has charged that. */
	synchronized void settled(Settlement settlement) {
		if (settlement.equals(this.settling)) {
			this.settling = null;
			if (settlement.day() == this.day) {
				this.used -= settlement.daily();
				this.known += settlement.daily();
			}
		}
	}

	/** Posts granted here that Redis does not count yet. */
	synchronized long owed() {
		return Math.abs(this.used);
	}

	/** How many things Redis is owed, which is what memory this takes. */
	synchronized int size() {
		return this.refunds.size() + this.payments.size() + this.taken.size();
	}

	/** Posts that are counted wrongly if this account is forgotten. */
	synchronized long atStake() {
		return owed() + this.refunds.values().stream().mapToLong((owed) -> owed.refund().posts()).sum();
	}

	/** Whether Redis knows all that happened here. */
	synchronized boolean isSettled() {
		return this.used == 0 && this.settling == null && this.refunds.isEmpty() && this.payments.isEmpty()
				&& this.taken.isEmpty();
	}

	synchronized Usage usage(Limits limits, long now) {
		turn(now);
		Second first = this.granted.peekFirst();
		Second last = this.granted.peekLast();
		long known = Math.max(now, this.knownBurstUntil);
		return new Usage(limits, now, daily(), burst(now), (first != null) ? leaves(first) : known,
				(last != null) ? leaves(last) : known);
	}

	private long daily() {
		return Math.max(0, this.known + this.used - this.refunded);
	}

	private long burst(long now) {
		long burst = (now < this.knownBurstUntil) ? this.knownBurst : 0;
		for (Second second : this.granted) {
			burst += second.posts();
		}
		return burst;
	}

	private void count(long second, int posts) {
		Second last = this.granted.peekLast();
		if (last != null && last.second() >= second) {
			this.granted.removeLast();
			this.granted.addLast(new Second(last.second(), last.posts() + posts, last.told()));
		}
		else {
			this.granted.addLast(new Second(second, posts, 0));
		}
	}

	private void turn(long now) {
		long today = Math.floorDiv(now, Usage.DAY_MILLIS);
		if (today > this.day) {
			this.day = today;
			this.known = 0;
			this.used = 0;
			this.refunded = 0;
		}
		while (!this.granted.isEmpty() && leaves(this.granted.getFirst()) <= now) {
			this.granted.removeFirst();
		}
	}

	/** Posts of the window that no settlement held yet; from now on one does. */
	private long tellBurst() {
		long burst = 0;
		List<Second> seconds = List.copyOf(this.granted);
		this.granted.clear();
		for (Second second : seconds) {
			burst += second.posts() - second.told();
			this.granted.addLast(new Second(second.second(), second.posts(), second.posts()));
		}
		return burst;
	}

	private static long leaves(Second second) {
		return (second.second() + 1) * SECOND + Usage.WINDOW_MILLIS;
	}

	/**
	 * What was granted.
	 *
	 * @param posts so many
	 * @param bound what kept it from being more
	 */
	public record Grant(int posts, Bound bound) {
	}

	/**
	 * A refund that Redis does not know of yet, or may not.
	 *
	 * @param refund what goes back
	 * @param chargedOn UTC day on which Redis confirmed the charge, counted from
	 * 1970-01-01; null where it is not known whether it charged anything
	 * @param since ms from which on Redis may have recorded the charge or, where the
	 * charge is confirmed, the refund; null if nothing of the kind was sent
	 */
	record OwedRefund(Refund refund, @Nullable Long chargedOn, @Nullable Long since) {

		/** It was sent, perhaps not for the first time. */
		OwedRefund sent(long now) {
			return (this.since != null) ? this : new OwedRefund(this.refund, this.chargedOn, now);
		}

		/**
		 * Whether Redis cannot have forgotten what it recorded of this.
		 * @param kept for how long it remembers, in ms
		 */
		boolean isRemembered(long now, long kept) {
			return this.since == null || now - this.since < kept;
		}

	}

	/** Posts granted in a second, and how many of them a settlement holds. */
	private record Second(long second, int posts, int told) {
	}

}
