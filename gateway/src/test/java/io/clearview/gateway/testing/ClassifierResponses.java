package io.clearview.gateway.testing;

/** What a classifier answers, as in docs/openapi.yaml. */
public final class ClassifierResponses {

	/** To {@code POST /classify} with the posts {@code post_1} and {@code post_2}. */
	public static final String CLASSIFIED = """
			{"success":true,"timestamp":"2026-11-23T15:44:54.447Z",
			"classifications":[{"hash":"post_1","label":"BLOCK","cached":true},
			{"hash":"post_2","label":"ALLOW","cached":false,"model":"local"}],
			"quota":{"quotaUsed":10,"quotaLimit":1000,"quotaRemaining":990,"resetAt":"2026-11-24T00:00:00.000Z"},
			"stats":{"total":2,"cached":1,"classified":1,"durationMs":84}}""";

	/** To {@code GET /quota}. */
	public static final String QUOTA = """
			{"success":true,"quota":{"tier":"free",
			"daily":{"limit":1000,"used":10,"remaining":990,"percentUsed":"1.0",
			"resetAt":"2026-11-24T00:00:00.000Z","resetInMs":29700000},
			"burst":{"limit":50,"used":10,"remaining":40,"resetAt":"2026-11-23T15:45:45.000Z","resetInMs":51000}},
			"tier":{"tier":"free","dailyQuota":1000,"burstLimit":50,"description":"Free tier","BURST_WINDOW_MS":60000},
			"timestamp":"2026-11-23T15:44:54.447Z"}""";

	private ClassifierResponses() {
	}

}
