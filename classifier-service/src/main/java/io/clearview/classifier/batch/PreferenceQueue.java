package io.clearview.classifier.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Posts of one preference, and where its rate of declined posts is high of one user, that
 * wait, higher tiers first and then as they came. Not for several threads at once.
 */
final class PreferenceQueue {

	private static final Comparator<QueuedPost> LEAVING = Comparator
		.<QueuedPost>comparingInt((post) -> -post.tier().ordinal())
		.thenComparingLong(QueuedPost::number);

	final Arrivals arrivals = new Arrivals();

	final String name;

	/** Whether it is among those whose next batch waits for a slot only. */
	boolean ready;

	/** Tells when to look at it again, at {@link #wakesNanos}. */
	@Nullable Disposable timer;

	long wakesNanos;

	private final BatchProperties limits;

	private final TreeSet<QueuedPost> posts = new TreeSet<>(LEAVING);

	private int tokens;

	private long leavesByNanos;

	PreferenceQueue(String name, BatchProperties limits) {
		this.name = name;
		this.limits = limits;
	}

	boolean isEmpty() {
		return this.posts.isEmpty();
	}

	/** The post that leaves first. */
	QueuedPost head() {
		return this.posts.first();
	}

	/** When the first of the posts must leave; meaningless while empty. */
	long leavesByNanos() {
		return this.leavesByNanos;
	}

	void add(QueuedPost post) {
		this.arrivals.arrived(post.arrivedNanos());
		this.leavesByNanos = isEmpty() ? post.leavesByNanos() : Math.min(this.leavesByNanos, post.leavesByNanos());
		this.posts.add(post);
		this.tokens += post.tokens();
	}

	/** Takes out posts that are no longer wanted; returns those that were still here. */
	List<QueuedPost> remove(List<QueuedPost> unwanted) {
		List<QueuedPost> removed = new ArrayList<>();
		for (QueuedPost post : unwanted) {
			if (this.posts.remove(post)) {
				this.tokens -= post.tokens();
				removed.add(post);
			}
		}
		if (!removed.isEmpty()) {
			reschedule();
		}
		return removed;
	}

	/** Takes out those before the first that is wanted. */
	List<QueuedPost> removeHead(Predicate<QueuedPost> unwanted) {
		return remove(this.posts.stream().takeWhile(unwanted).toList());
	}

	/**
	 * Takes out as many as fit into a batch.
	 * @param admitted whether a post may leave
	 * @param others receives those that may not, as far as they were met
	 */
	List<QueuedPost> take(Predicate<QueuedPost> admitted, List<QueuedPost> others) {
		List<QueuedPost> batch = new ArrayList<>(Math.min(this.posts.size(), this.limits.posts()));
		int room = this.limits.tokens();
		Iterator<QueuedPost> waiting = this.posts.iterator();
		while (waiting.hasNext() && batch.size() < this.limits.posts()) {
			QueuedPost post = waiting.next();
			if (!admitted.test(post)) {
				this.tokens -= post.tokens();
				others.add(post);
				waiting.remove();
				continue;
			}
			if (!batch.isEmpty() && post.tokens() > room) {
				break;
			}
			room -= post.tokens();
			this.tokens -= post.tokens();
			batch.add(post);
			waiting.remove();
		}
		reschedule();
		return batch;
	}

	/**
	 * When the next batch leaves if a slot is free. At once if it is full; at the latest
	 * when its first post must; between the two, when the burst at hand is over and
	 * waiting on gains nothing, that is when arrival rate times remaining wait is below
	 * one post.
	 */
	long leavesAt(long now) {
		if (isFull()) {
			return now;
		}
		double rate = this.arrivals.rate(now);
		long gathered = this.arrivals.burstEnds();
		double earliest = (rate > 0) ? this.leavesByNanos - 1 / rate : gathered;
		return Math.min(this.leavesByNanos, Math.max(gathered, (long) earliest));
	}

	boolean isFull() {
		return this.posts.size() >= this.limits.posts() || this.tokens >= this.limits.tokens();
	}

	private void reschedule() {
		this.leavesByNanos = Long.MAX_VALUE;
		for (QueuedPost post : this.posts) {
			this.leavesByNanos = Math.min(this.leavesByNanos, post.leavesByNanos());
		}
	}

}
