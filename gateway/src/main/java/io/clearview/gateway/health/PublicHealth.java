package io.clearview.gateway.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import io.clearview.gateway.upstream.Classifier;
import io.clearview.kit.redis.RedisGuard;
import io.clearview.kit.wire.Timestamps;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.stereotype.Component;

/**
 * How the gateway is, in one word for everybody: healthy; degraded, when Redis or the
 * classifier is gone and the gateway goes on without; unhealthy, when it takes no
 * requests. What is asked is what is known already, so that asking costs nothing.
 */
@Component
final class PublicHealth {

	private static final double MILLIS_A_SECOND = 1000.0;

	private final RedisGuard redis;

	private final Classifier classifier;

	private final ApplicationAvailability availability;

	private final Clock clock;

	private final Instant started;

	PublicHealth(RedisGuard redis, Classifier classifier, ApplicationAvailability availability, Clock clock) {
		this.redis = redis;
		this.classifier = classifier;
		this.availability = availability;
		this.clock = clock;
		this.started = clock.instant();
	}

	Report report() {
		Instant now = this.clock.instant();
		double uptime = Duration.between(this.started, now).toMillis() / MILLIS_A_SECOND;
		return new Report(status().label(), Timestamps.format(now), uptime);
	}

	private Status status() {
		if (this.availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
			return Status.UNHEALTHY;
		}
		return (this.redis.isUp() && this.classifier.isReachable()) ? Status.HEALTHY : Status.DEGRADED;
	}

	private enum Status {

		HEALTHY("healthy"), DEGRADED("degraded"), UNHEALTHY("unhealthy");

		private final String label;

		Status(String label) {
			this.label = label;
		}

		String label() {
			return this.label;
		}

	}

	/**
	 * The contract's answer.
	 *
	 * @param status healthy, degraded or unhealthy
	 * @param timestamp when it was asked
	 * @param uptime seconds since the start
	 */
	record Report(String status, String timestamp, double uptime) {

		boolean isUnhealthy() {
			return Status.UNHEALTHY.label().equals(this.status);
		}

	}

}
