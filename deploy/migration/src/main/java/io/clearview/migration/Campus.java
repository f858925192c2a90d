package io.clearview.migration;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Extension;
import io.clearview.local.ManagedProcess;

/**
 * Thousands of users behind one /24, whom the new system meets in the copies of their
 * requests.
 */
final class Campus {

	private static final int AT_ONCE = 16;

	private static final int ADDRESSES = 250;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String ADOPTED = "clearview_accounts_total{event=\"adopted\"}";

	private static final String REFUSED = "clearview_accounts_total{event=\"refused_by_device_limit\"}";

	private final List<Person> students = new ArrayList<>();

	private final Crowd crowd;

	/**
	 * What came of one round in which each of them classified once.
	 *
	 * @param served by the old backend, in full
	 * @param adopted by the new system
	 * @param refused by the new system's limit of sign-ups; their users did not see it
	 */
	record Round(int served, int adopted, int refused) {
	}

	Campus(int size, OldBackend oldBackend, Crowd crowd) {
		this.crowd = crowd;
		for (int i = 0; i < size; i++) {
			this.students.add(new Person("203.0.113." + (1 + i % ADDRESSES), oldBackend.enrol(), false));
		}
	}

	/**
	 * Lets each of them classify once.
	 * @param known how many were adopted before, so that their copies adopt nobody
	 */
	Round classify(Extension front, NewSystem system, ManagedProcess gateway, int known) throws IOException {
		double adoptedBefore = system.count(gateway, ADOPTED);
		double refusedBefore = system.count(gateway, REFUSED);
		List<Callable<Reading>> requests = new ArrayList<>();
		for (Person student : this.students) {
			requests.add(() -> student.classify(front, this.crowd.posts().subList(0, 1)));
		}
		int served = 0;
		try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
			for (Future<Reading> reading : threads.invokeAll(requests)) {
				served += reading.get().whole() ? 1 : 0;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
		catch (ExecutionException ex) {
			throw new IOException(ex.getCause());
		}
		long end = System.nanoTime() + TIMEOUT.toNanos();
		Round round;
		do {
			LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
			round = new Round(served, (int) (system.count(gateway, ADOPTED) - adoptedBefore),
					(int) (system.count(gateway, REFUSED) - refusedBefore));
		}
		while (round.adopted() + round.refused() < this.students.size() - known && System.nanoTime() < end);
		return round;
	}

}
