package io.clearview.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.Scraper;
import io.clearview.local.LocalStack;
import io.clearview.local.ManagedProcess;
import io.clearview.local.ModelChoice;
import io.clearview.local.stub.ScriptedModel;

/**
 * The system that takes over. A release is a gateway with other settings beside the one
 * before, so that one can go back.
 */
final class NewSystem implements AutoCloseable {

	/** What a classifier that keeps verdicts in Redis only is called. */
	private static final String CLASSIFIER = "classifier-redis";

	private final Scraper metrics = new Scraper();

	private final ScriptedModel model = Followers.model();

	private final LocalStack stack;

	private final Map<Release, ManagedProcess> gateways = new LinkedHashMap<>();

	private final ManagedProcess redisClassifier;

	private final boolean verdictModes;

	/** Gateways as an operator releases them one after the other. */
	enum Release {

		/** The window is open, the classifier keeps verdicts in memory and in Redis. */
		WINDOW_OPEN,

		/** The same, with room for a campus. */
		ROOM_FOR_CAMPUS,

		/** The window is open, the classifier keeps verdicts in Redis. */
		VERDICTS_IN_REDIS,

		/** The window is closed. */
		WINDOW_CLOSED

	}

	NewSystem(Path root, Path run, Path apps, Pace pace) throws IOException {
		this.verdictModes = pace.verdictModes();
		LocalStack.Builder plan = LocalStack.builder(root, run)
			.apps(apps)
			.jvmOptions(pace.jvm())
			.separateRedis()
			.model(new ModelChoice(this.model.baseUrl(), "scripted", null).free())
			.gatewaySetting("clearview.trusted-proxies", "1")
			.gatewaySetting("clearview.token.migration-until", Instant.now().plus(30, ChronoUnit.DAYS).toString())
			.gatewaySetting("clearview.server.drain", "2s")
			.classifierSetting("clearview.quota.tiers.free.daily", Integer.toString(pace.daily()))
			.classifierSetting("clearview.quota.tiers.free.burst", Integer.toString(Rehearsal.BURST))
			.classifierSetting("clearview.verdict.mode", "dual");
		Map.of("clearview.redis.timeout", "1s", "clearview.warm-up.time", "2s")
			.forEach((name, value) -> plan.gatewaySetting(name, value).classifierSetting(name, value));
		this.stack = plan.build();
		this.redisClassifier = this.stack.classifierBeside(CLASSIFIER, Map.of("clearview.verdict.mode", "redis"));
		this.gateways.put(Release.WINDOW_OPEN, this.stack.gateway());
	}

	/** Starts it with the first release. */
	void start() {
		this.stack.start();
	}

	/** Has the gateway of a release start with everything else. */
	void plan(Release release) {
		this.gateways.put(release, this.stack.addGateway(settings(release)));
	}

	/** The gateway of a release, started and ready. */
	ManagedProcess release(Release release) {
		ManagedProcess gateway = this.gateways.computeIfAbsent(release,
				(_) -> this.stack.addGateway(settings(release)));
		if (keepsVerdictsInRedis(release)) {
			this.stack.start(this.redisClassifier);
		}
		this.stack.start(gateway);
		if (keepsVerdictsInRedis(release)) {
			this.redisClassifier.awaitReady(LocalStack.READY);
		}
		return gateway.awaitReady(LocalStack.READY);
	}

	private boolean keepsVerdictsInRedis(Release release) {
		return this.verdictModes && release.compareTo(Release.VERDICTS_IN_REDIS) >= 0;
	}

	private Map<String, String> settings(Release release) {
		Map<String, String> settings = new LinkedHashMap<>();
		settings.put("clearview.sign-up.ipv4-network.at-once", "20000");
		settings.put("clearview.sign-up.ipv4-network.short-at", "20000");
		settings.put("clearview.sign-up.ipv4-network.one-more-every", "3m");
		if (keepsVerdictsInRedis(release)) {
			settings.put("clearview.classifier.urls", this.redisClassifier.url());
		}
		if (release == Release.WINDOW_CLOSED) {
			settings.put("clearview.token.migration-until", Instant.now().minus(1, ChronoUnit.DAYS).toString());
		}
		return settings;
	}

	LocalStack stack() {
		return this.stack;
	}

	/** The classifier of the first releases. */
	ManagedProcess classifier() {
		return this.stack.classifiers().getFirst();
	}

	/** The value of a counter of a gateway, 0 when it has not counted yet. */
	double count(ManagedProcess gateway, String series) throws IOException {
		return this.metrics.value(gateway, series);
	}

	@Override
	public void close() {
		this.stack.close();
		this.redisClassifier.stop();
		this.model.close();
		this.metrics.close();
	}

}
