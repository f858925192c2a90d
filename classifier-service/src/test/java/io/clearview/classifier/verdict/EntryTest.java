package io.clearview.classifier.verdict;

import java.time.Clock;
import java.time.Duration;

import io.clearview.classifier.model.Label;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import static org.assertj.core.api.Assertions.assertThat;

class EntryTest {

	private static final long NOW = 1_795_448_837_605L;

	private final Ages ages = new Ages(Clock.systemUTC(), Duration.ofHours(6), Duration.ofHours(48));

	@Property
	void whatIsWrittenIsReadAgain(@ForAll Label label,
			@ForAll @LongRange(min = 0, max = 4_102_444_800_000L) long millis) {
		Entry entry = new Entry(label, millis);
		assertThat(Entry.decode(entry.encode())).isEqualTo(entry);
	}

	@Property
	void whatCannotBeReadIsNoVerdict(@ForAll String text) {
		Entry entry = Entry.decode(text);
		assertThat(entry == null || entry.encode().equals(text)).isTrue();
	}

	@Example
	void formatsOfOtherReleasesAreNoVerdicts() {
		for (String text : new String[] { "", "1", "1A", "2A1795448837605", "1C1795448837605", "1A-5",
				"1A12345678901234567", "1A１" }) {
			assertThat(Entry.decode(text)).as(text).isNull();
		}
		assertThat(Entry.decode("1B1795448837605")).isEqualTo(new Entry(Label.BLOCK, NOW));
	}

	@Property
	void theSoftAgeIsSixHoursGiveOrTakeATenthAndAlwaysTheSameForAKey(@ForAll long high, @ForAll long low) {
		VerdictKey key = new VerdictKey(high, low);
		long age = NOW - this.ages.freshSince(key, NOW);
		assertThat(Duration.ofMillis(age)).isBetween(Duration.ofMinutes(324), Duration.ofMinutes(396));
		assertThat(NOW + 5 - this.ages.freshSince(key, NOW + 5)).isEqualTo(age);
		assertThat(this.ages.isFresh(key, new Entry(Label.ALLOW, NOW - age + 1), NOW)).isTrue();
		assertThat(this.ages.isFresh(key, new Entry(Label.ALLOW, NOW - age), NOW)).isFalse();
	}

	@Example
	void softAgesAreSpread() {
		long least = Long.MAX_VALUE;
		long most = 0;
		for (int i = 0; i < 1_000; i++) {
			long age = NOW - this.ages.freshSince(new VerdictKeys("1", "m").under("wish").of("post " + i), NOW);
			least = Math.min(least, age);
			most = Math.max(most, age);
		}
		assertThat(Duration.ofMillis(most - least)).isGreaterThan(Duration.ofMinutes(60));
	}

	@Example
	void theHardAgeIsExact() {
		long hard = Duration.ofHours(48).toMillis();
		assertThat(this.ages.isUsable(new Entry(Label.ALLOW, NOW - hard + 1), NOW)).isTrue();
		assertThat(this.ages.isUsable(new Entry(Label.ALLOW, NOW - hard), NOW)).isFalse();
	}

}
