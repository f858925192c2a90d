package io.clearview.migration;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.clearview.e2e.client.Extension;

/** Asks the new system what it has charged, and compares. */
final class Ledger {

	/**
	 * Copies may be under way, and counts kept during an outage arrive within seconds.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(8);

	private final Crowd crowd;

	private LocalDate day = today();

	private Balance last = Balance.NONE;

	Ledger(Crowd crowd) {
		this.crowd = crowd;
	}

	/** What was found last. */
	Balance last() {
		return this.last;
	}

	/**
	 * Compares. Nobody may be sending anything meanwhile.
	 * @param gateway base URL of one of the new system
	 * @param exact whether every post granted since the last time must be charged, so
	 * that it is worth waiting
	 */
	Balance balance(String gateway, boolean exact) throws IOException {
		try (Extension extension = new Extension(gateway)) {
			this.last = compare(extension, exact);
		}
		return this.last;
	}

	private Balance compare(Extension gateway, boolean exact) throws IOException {
		long end = System.nanoTime() + TIMEOUT.toNanos();
		List<Person> moderate = this.crowd.moderate();
		this.crowd.readCharged(gateway, this.crowd.everybody());
		Balance now = Balance.of(moderate);
		while (exact && now.uncharged() > this.last.uncharged() && System.nanoTime() < end) {
			LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
			this.crowd.readCharged(gateway, moderate.stream().filter((person) -> person.uncharged() > 0).toList());
			now = Balance.of(moderate);
		}
		if (!this.day.equals(today())) {
			// both sides begin anew at midnight
			this.day = today();
			this.crowd.everybody().forEach(Person::forgive);
			now = Balance.of(moderate);
		}
		return now;
	}

	private static LocalDate today() {
		return LocalDate.now(ZoneOffset.UTC);
	}

}
