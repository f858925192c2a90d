package io.clearview.e2e.drill;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;

/** Light load, sent at a fixed rate whether or not answers come. */
final class Traffic implements AutoCloseable {

	private static final int LOOK_MILLIS = 250;

	/** Longer than any client waits, with another try at each gateway. */
	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final ScheduledExecutorService clock = thread("traffic");

	private final ScheduledExecutorService watch = thread("balancer");

	private final Queue<Observation> observations = new ConcurrentLinkedQueue<>();

	private final AtomicInteger underWay = new AtomicInteger();

	private final Balancer balancer;

	private final List<User> users;

	private final Feed feed;

	private boolean held;

	private int turn;

	Traffic(Balancer balancer, List<User> users, Feed feed) {
		this.balancer = balancer;
		this.users = users;
		this.feed = feed;
	}

	private static ScheduledExecutorService thread(String name) {
		return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name(name).daemon().factory());
	}

	/** Begins: every second request holds a post that nobody sent before. */
	void start(int perSecond) {
		this.clock.scheduleAtFixedRate(this::next, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
		this.watch.scheduleWithFixedDelay(this.balancer::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
	}

	private synchronized void next() {
		if (this.held) {
			return;
		}
		int number = this.turn++;
		User user = this.users.get(number % this.users.size());
		this.underWay.incrementAndGet();
		Thread.ofVirtual().start(() -> {
			try {
				// in pairs, so that each gateway gets both kinds
				boolean fresh = number / 2 % 2 == 0;
				Observation observation = observe(number, user, fresh);
				user.count(observation);
				this.observations.add(observation);
			}
			finally {
				this.underWay.decrementAndGet();
			}
		});
	}

	private Observation observe(int number, User user, boolean fresh) {
		List<Post> posts = this.feed.read(fresh);
		long began = System.nanoTime();
		JsonResponse answer = null;
		boolean refused = true;
		for (Extension gateway : this.balancer.gateways(number)) {
			try {
				answer = user.classify(gateway, posts);
				refused = false;
				break;
			}
			catch (ConnectException _) {
				this.balancer.refused(gateway);
			}
			catch (IOException _) {
				refused = false;
				break;
			}
		}
		return new Observation(began, Duration.ofNanos(System.nanoTime() - began), fresh, posts, answer, refused);
	}

	/** What was sent between two moments and is answered or given up by now. */
	List<Observation> between(long fromNanos, long toNanos) {
		return this.observations.stream()
			.filter((observation) -> observation.atNanos() - fromNanos >= 0 && observation.atNanos() - toNanos < 0)
			.toList();
	}

	/** What was under way at a moment or was sent after it, up to another. */
	List<Observation> concerned(long fromNanos, long toNanos) {
		return this.observations.stream()
			.filter((observation) -> observation.atNanos() + observation.took().toNanos() - fromNanos >= 0
					&& observation.atNanos() - toNanos < 0)
			.toList();
	}

	/**
	 * Sends nothing for now; returns when every request has its answer or was given up.
	 * @throws IllegalStateException when some are neither for longer than clients wait
	 */
	void hold() {
		hold(true);
		long end = System.nanoTime() + TIMEOUT.toNanos();
		while (this.underWay.get() > 0) {
			if (System.nanoTime() - end > 0) {
				throw new IllegalStateException(this.underWay.get() + " requests are not over after " + TIMEOUT);
			}
			LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
		}
	}

	/** Remembers no request any more. */
	void forget() {
		this.observations.clear();
	}

	/** Goes on. */
	void resume() {
		hold(false);
	}

	private synchronized void hold(boolean hold) {
		this.held = hold;
	}

	@Override
	public void close() {
		this.clock.shutdownNow();
		this.watch.shutdownNow();
		hold();
	}

}
