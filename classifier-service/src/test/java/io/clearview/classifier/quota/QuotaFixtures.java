package io.clearview.classifier.quota;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;

/** Users and limits for tests of quotas. */
final class QuotaFixtures {

	private static final AtomicLong users = new AtomicLong();

	private QuotaFixtures() {
	}

	/** A user nobody has met before. */
	static Caller newUser(Tier tier) {
		return new Caller("%064x".formatted(users.incrementAndGet()), tier, "correlation");
	}

	/** The contract's limits. */
	static QuotaProperties properties() {
		return properties(1_000, 50);
	}

	/** Other limits for the free tier. */
	static QuotaProperties properties(int daily, int burst) {
		return new QuotaProperties(
				Map.of(Tier.FREE, new Limits(daily, burst, "Free tier"), Tier.PRO, new Limits(50_000, 500, "Pro tier"),
						Tier.ENTERPRISE, new Limits(500_000, 5_000, "Enterprise tier")),
				80, Duration.ofMinutes(2), Duration.ofMinutes(10), 1_000);
	}

}
