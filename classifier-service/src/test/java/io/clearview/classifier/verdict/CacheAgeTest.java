package io.clearview.classifier.verdict;

import java.time.Duration;

import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.MovingClock;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.clearview.kit.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** What is known of a redis-cache that was emptied or is out. */
class CacheAgeTest {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Duration SOFT = Duration.ofHours(6);

	@RegisterExtension
	static final TestRedis server = new TestRedis();

	private final MovingClock clock = new MovingClock();

	private Roles roles;

	private CacheAge age;

	@BeforeEach
	void start() {
		server.flush();
		this.roles = Roles.of(server, server, Duration.ofSeconds(10), new SimpleMeterRegistry());
		this.age = age();
	}

	@AfterEach
	void stop() {
		this.roles.close();
	}

	@Test
	void anEmptyCacheLacksVerdictsUntilAllOfBeforeArePastTheirSoftAge() {
		look();
		assertThat(this.age.mayLackVerdicts()).isTrue();
		this.clock.advance(SOFT);
		assertThat(this.age.mayLackVerdicts()).as("give or take a tenth").isTrue();
		this.clock.advance(SOFT.dividedBy(10));
		look();
		assertThat(this.age.mayLackVerdicts()).isFalse();
	}

	@Test
	void noticesThatAllDataWasRemovedOnEveryInstance() {
		CacheAge other = age();
		look();
		this.clock.advance(SOFT.multipliedBy(2));
		look();
		other.look().block(LIMIT);
		assertThat(this.age.mayLackVerdicts()).isFalse();
		assertThat(other.mayLackVerdicts()).isFalse();

		server.flush();
		look();
		other.look().block(LIMIT);

		assertThat(this.age.mayLackVerdicts()).isTrue();
		assertThat(other.mayLackVerdicts()).isTrue();
	}

	@Test
	void aCacheThatIsOutLacksVerdictsAndSoDoesOneThatCameBackUntilItWasLookedUp() {
		look();
		this.clock.advance(SOFT.multipliedBy(2));
		look();
		server.stop();
		try {
			eventually("out", () -> {
				look();
				return !this.roles.cache().guard().isUp();
			});
			assertThat(this.age.mayLackVerdicts()).isTrue();
		}
		finally {
			server.start();
		}
		eventually("back", () -> this.roles.cache().guard().isUp());
		this.age.lookAgain().block(LIMIT);
		assertThat(this.age.mayLackVerdicts()).isTrue();
	}

	@Test
	void nothingIsKnownBeforeTheFirstLookNorWhereTheKeyIsSomethingElse() {
		assertThat(this.age.mayLackVerdicts()).isTrue();
		this.clock.advance(SOFT.multipliedBy(2));
		server.ask("SET verdicts-since soon");
		look();
		assertThat(this.age.mayLackVerdicts()).isTrue();
	}

	private void look() {
		this.age.look().block(LIMIT);
	}

	private CacheAge age() {
		return new CacheAge(this.roles.cache(), new Ages(this.clock, SOFT, Duration.ofHours(48)));
	}

}
