package io.clearview.migration;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.Post;

/**
 * The users, who send requests at a fixed rate whether or not answers come: batches of
 * ten posts, now and then a look at the quota, and now and then a new user.
 */
final class Crowd implements AutoCloseable {

	/** Longer than any request with all its tries. */
	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	/** Posts in a request. */
	static final int POSTS = 10;

	private static final int KNOWN = 300;

	/**
	 * Of each user's requests, the first of which is not one: people read before they
	 * look.
	 */
	private static final int QUOTA_EVERY = 8;

	private static final int LOOKS_AT_ONCE = 8;

	/** How long the new system may be unavailable when it is asked. */
	private static final Duration LOOK = Duration.ofSeconds(15);

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final List<Person> people = new CopyOnWriteArrayList<>();

	private final List<Person> heavy = new ArrayList<>();

	private final SplittableRandom random = new SplittableRandom(20_261_128);

	private final Extension front;

	private final Pace pace;

	private int turn;

	private int arrivals;

	private int fresh;

	private long heavyNext = System.nanoTime();

	/**
	 * Users of the old backend.
	 * @param front where they send their requests
	 */
	Crowd(Extension front, Pace pace, OldBackend oldBackend) {
		this.front = front;
		this.pace = pace;
		for (int i = 0; i < pace.users(); i++) {
			this.people.add(new Person(address(), oldBackend.enrol(), false));
		}
		for (int i = 0; i < pace.heavyUsers(); i++) {
			this.heavy.add(new Person(address(), oldBackend.enrol(), true));
		}
	}

	/** A user of the old backend who has sent nothing yet. */
	Person sleeper(OldBackend oldBackend) {
		return new Person(address(), oldBackend.enrol(), false);
	}

	/** Each user is in a network of its own. */
	private synchronized String address() {
		int number = this.arrivals++;
		return "198." + (18 + number / 250) + "." + (number % 250) + ".7";
	}

	/** Everybody, also who has just signed up. */
	List<Person> everybody() {
		List<Person> all = new ArrayList<>(this.people);
		all.addAll(this.heavy);
		return all;
	}

	/** Who stays within the limits. */
	List<Person> moderate() {
		return List.copyOf(this.people);
	}

	List<Person> heavyUsers() {
		return List.copyOf(this.heavy);
	}

	/** Something that is done while users go on. */
	@FunctionalInterface
	interface Action {

		void run() throws IOException;

	}

	/**
	 * Sends requests for the pace's time, does something meanwhile, and waits for all
	 * answers.
	 */
	List<Reading> during(Action action) throws IOException {
		Queue<Reading> readings = new ConcurrentLinkedQueue<>();
		List<Future<?>> underWay = new ArrayList<>();
		Thread sender = Thread.ofPlatform().name("crowd").daemon().start(() -> send(readings, underWay));
		try {
			action.run();
		}
		finally {
			await(sender, underWay);
		}
		return List.copyOf(readings);
	}

	private void send(Queue<Reading> readings, List<Future<?>> underWay) {
		long interval = TimeUnit.SECONDS.toNanos(1) / this.pace.perSecond();
		long next = System.nanoTime();
		int signUps = this.pace.signUps();
		int requests = (int) (this.pace.step().toNanos() / interval);
		for (int i = 0; i < requests && !Thread.currentThread().isInterrupted(); i++) {
			long wait = next - System.nanoTime();
			LockSupport.parkNanos(Math.max(0, wait));
			next += interval;
			if (i % (requests / signUps) == requests / signUps / 2) {
				underWay.add(this.threads.submit(() -> signUp(readings)));
			}
			Person person = this.people.get(this.turn++ % this.people.size());
			boolean quota = person.nextRequest() % QUOTA_EVERY == 0;
			List<Post> posts = quota ? List.of() : posts();
			underWay.add(this.threads
				.submit(() -> readings.add(quota ? person.quota(this.front) : person.classify(this.front, posts))));
			if (System.nanoTime() - this.heavyNext > 0) {
				this.heavyNext = System.nanoTime() + this.pace.heavyEvery().toNanos();
				for (Person reader : this.heavy) {
					List<Post> more = posts();
					underWay.add(this.threads.submit(() -> readings.add(reader.classify(this.front, more))));
				}
			}
		}
	}

	/** A new user, who reads at once and goes on. */
	private void signUp(Queue<Reading> readings) {
		Person person = new Person(address(), "", false);
		// not too many of one fingerprint, or the old backend turns them away
		Reading reading = person.signUp(this.front, "Browser/" + this.arrivals / OldBackend.ACCOUNTS_A_FINGERPRINT);
		readings.add(reading);
		if (reading.whole()) {
			readings.add(person.classify(this.front, posts()));
			this.people.add(person);
		}
	}

	private static void await(Thread sender, List<Future<?>> underWay) throws IOException {
		try {
			sender.join();
			for (Future<?> request : underWay) {
				request.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			}
		}
		catch (InterruptedException ex) {
			sender.interrupt();
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
		catch (ExecutionException | java.util.concurrent.TimeoutException ex) {
			throw new IOException("a request did not end", ex);
		}
	}

	/** What is in a feed: much that others saw, and one post that nobody did. */
	synchronized List<Post> posts() {
		List<Post> posts = new ArrayList<>();
		int start = this.random.nextInt(KNOWN);
		for (int i = 0; i < POSTS - 1; i++) {
			posts.add(post("what everybody saw, number ", (start + i) % KNOWN));
		}
		posts.add(post("a new thing, number ", this.fresh++));
		return posts;
	}

	private static Post post(String text, int number) {
		return Post.of(text + number + ((number % 3 == 0) ? ", buy cheap " + Followers.BLOCKED : ""));
	}

	/** Reads what the new system has charged these users. */
	void readCharged(Extension gateway, List<Person> who) throws IOException {
		long until = System.nanoTime() + LOOK.toNanos();
		try (ExecutorService few = Executors.newFixedThreadPool(LOOKS_AT_ONCE)) {
			List<Future<?>> looks = new ArrayList<>();
			for (Person person : who) {
				looks.add(few.submit(() -> {
					person.readCharged(gateway, until);
					return null;
				}));
			}
			for (Future<?> look : looks) {
				look.get();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
		catch (ExecutionException ex) {
			throw new IOException(ex.getCause());
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
