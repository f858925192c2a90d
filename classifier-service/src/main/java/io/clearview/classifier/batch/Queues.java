package io.clearview.classifier.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.clearview.classifier.identity.Tier;

/**
 * Decides which posts leave when: a queue for each preference, and a bounded number of
 * calls at a time. Holds no thread, clock or timer: it is told what happens and when, and
 * tells {@link Orders} what to do. Not for several threads at once.
 */
final class Queues {

	/** What is to be done. None of it may call back. */
	interface Orders {

		/**
		 * These posts, of one preference, leave in one call; it ends with a call of
		 * {@link Queues#landed}.
		 */
		void leave(List<QueuedPost> batch, Cause cause);

		/** These posts do not fit. */
		void refuse(List<QueuedPost> posts, Refusal refusal);

		/** {@link Queues#wake} is to be called at that time or a little earlier. */
		void wake(PreferenceQueue queue, long nanos);

	}

	/** What may leave at the moment. */
	interface Admission {

		/** Calls that may be in progress. */
		int calls();

		/** Whether the post has the time that a call takes. */
		boolean admits(QueuedPost post, long now);

	}

	/** Why a batch left. */
	enum Cause {

		FULL, NO_GAIN, DUE

	}

	/** Why a post was refused. */
	enum Refusal {

		QUEUE, SHARE, TIME

	}

	/** Higher tiers first, then those that should have left first. */
	private static final Comparator<PreferenceQueue> LEAVING = Comparator
		.<PreferenceQueue>comparingInt((queue) -> -queue.head().tier().ordinal())
		.thenComparingLong(PreferenceQueue::leavesByNanos)
		.thenComparingLong((queue) -> queue.head().number());

	private final BatchProperties limits;

	private final Orders orders;

	private final Admission admission;

	private final Map<String, PreferenceQueue> queues = new HashMap<>();

	private final TreeSet<PreferenceQueue> ready = new TreeSet<>(LEAVING);

	private final Map<String, Integer> held = new HashMap<>();

	private int waiting;

	private int calls;

	Queues(BatchProperties limits, Admission admission, Orders orders) {
		this.admission = admission;
		this.limits = limits;
		this.orders = orders;
	}

	int waiting() {
		return this.waiting;
	}

	int calls() {
		return this.calls;
	}

	int preferences() {
		return this.queues.size();
	}

	/** The posts of a request came: at least one, of one preference and one user. */
	void add(List<QueuedPost> request) {
		QueuedPost first = request.getFirst();
		PreferenceQueue queue = this.queues.computeIfAbsent(first.queue(),
				(name) -> new PreferenceQueue(name, this.limits));
		int room = room(first.tier());
		int share = this.limits.capacity() / 4;
		int added = 0;
		for (QueuedPost post : request) {
			if (this.waiting >= room || this.held.getOrDefault(first.user(), 0) >= share) {
				break;
			}
			unready(queue);
			// a full batch may have left in between, and the empty queue with it
			this.queues.putIfAbsent(queue.name, queue);
			queue.add(post);
			this.waiting++;
			this.held.merge(post.user(), 1, Integer::sum);
			added++;
			if (queue.isFull()) {
				settle(queue, post.arrivedNanos());
				dispatch(post.arrivedNanos());
			}
		}
		if (added < request.size()) {
			this.orders.refuse(request.subList(added, request.size()),
					(this.waiting >= room) ? Refusal.QUEUE : Refusal.SHARE);
		}
		unready(queue);
		settle(queue, first.arrivedNanos());
		dispatch(first.arrivedNanos());
	}

	/**
	 * Nobody waits for posts of a request any more. They may have left long ago.
	 */
	void remove(List<QueuedPost> request, long now) {
		PreferenceQueue queue = this.queues.get(request.getFirst().queue());
		if (queue != null) {
			unready(queue);
			queue.remove(request).forEach(this::gone);
			settle(queue, now);
			dispatch(now);
		}
	}

	/** Refuses those posts of a request that wait and have not the time for a call. */
	void expire(List<QueuedPost> request, long now) {
		List<QueuedPost> hopeless = request.stream().filter((post) -> !this.admission.admits(post, now)).toList();
		PreferenceQueue queue = this.queues.get(request.getFirst().queue());
		if (queue == null || hopeless.isEmpty()) {
			return;
		}
		unready(queue);
		refuseHopeless(queue.remove(hopeless));
		settle(queue, now);
		dispatch(now);
	}

	/** A call has ended. */
	void landed(long now) {
		this.calls--;
		dispatch(now);
	}

	/** It is time to look at a queue. */
	void wake(PreferenceQueue queue, long now) {
		if (this.queues.get(queue.name) == queue) {
			unready(queue);
			settle(queue, now);
			dispatch(now);
		}
	}

	/**
	 * Takes a queue that is about to change out of the order that the change may upset.
	 */
	private void unready(PreferenceQueue queue) {
		if (queue.ready) {
			this.ready.remove(queue);
			queue.ready = false;
		}
	}

	/** Finds the place of a queue that has changed. */
	private void settle(PreferenceQueue queue, long now) {
		if (queue.isEmpty()) {
			long forgottenAt = queue.arrivals.forgottenAt();
			if (forgottenAt <= now || this.queues.size() > this.limits.capacity()) {
				this.queues.remove(queue.name);
			}
			else {
				this.orders.wake(queue, forgottenAt);
			}
			return;
		}
		long leavesAt = queue.leavesAt(now);
		if (leavesAt <= now) {
			queue.ready = true;
			this.ready.add(queue);
		}
		else {
			this.orders.wake(queue, leavesAt);
		}
	}

	private void dispatch(long now) {
		while (this.calls < this.admission.calls() && !this.ready.isEmpty()) {
			PreferenceQueue queue = this.ready.first();
			unready(queue);
			// whose head may be of a higher tier than what is behind it
			if (refuseHopeless(queue.removeHead((post) -> !this.admission.admits(post, now)))) {
				settle(queue, now);
				continue;
			}
			Cause cause = queue.isFull() ? Cause.FULL : (queue.leavesByNanos() <= now) ? Cause.DUE : Cause.NO_GAIN;
			List<QueuedPost> hopeless = new ArrayList<>();
			List<QueuedPost> batch = queue.take((post) -> this.admission.admits(post, now), hopeless);
			batch.forEach(this::gone);
			refuseHopeless(hopeless);
			this.calls++;
			this.orders.leave(batch, cause);
			settle(queue, now);
		}
	}

	private boolean refuseHopeless(List<QueuedPost> posts) {
		if (posts.isEmpty()) {
			return false;
		}
		posts.forEach(this::gone);
		this.orders.refuse(posts, Refusal.TIME);
		return true;
	}

	private void gone(QueuedPost post) {
		this.waiting--;
		this.held.compute(post.user(), (_, count) -> (count == null || count == 1) ? null : count - 1);
	}

	/** The last tenths of the queue are kept for higher tiers: a tenth for each. */
	private int room(Tier tier) {
		int higher = Tier.values().length - 1 - tier.ordinal();
		return this.limits.capacity() - this.limits.capacity() * higher / 10;
	}

}
