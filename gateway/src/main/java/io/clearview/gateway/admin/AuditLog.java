package io.clearview.gateway.admin;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.clearview.gateway.telemetry.LogFields;
import io.clearview.kit.redis.RedisGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.connection.RedisStreamCommands.XAddOptions;
import org.springframework.data.redis.connection.stream.StreamRecords;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * The audit trail: a log line for each event, and an entry in a capped Redis stream. What
 * clients can set off has a stream of its own, so that no crowd of sign-ups or forged
 * signatures pushes out what operators did. The only writer of {@code audit:} keys.
 */
@Component
final class AuditLog {

	private static final Logger log = LoggerFactory.getLogger("clearview.audit");

	private final ReactiveStringRedisTemplate redis;

	private final RedisGuard guard;

	AuditLog(ReactiveStringRedisTemplate redis, RedisGuard guard) {
		this.redis = redis;
		this.guard = guard;
	}

	/**
	 * Writes an event to the log and then to the trail. Errors with
	 * {@link io.clearview.kit.redis.RedisUnavailableException} when it is only in the
	 * log.
	 */
	Mono<Void> record(Trail trail, AuditEvent event) {
		return Mono.defer(() -> {
			log.atInfo()
				.addKeyValue(LogFields.AUDIT_WHO, event.who())
				.addKeyValue(LogFields.AUDIT_WHAT, event.what())
				.addKeyValue(LogFields.AUDIT_WHOM, event.whom())
				.addKeyValue(LogFields.AUDIT_OUTCOME, event.outcome())
				.addKeyValue(LogFields.AUDIT_DETAIL, event.detail())
				.addKeyValue("correlationId", event.correlationId())
				.log("{} {} {} {}", event.who(), event.what(), event.whom(), event.outcome());
			return this.guard.run(this.redis.opsForStream()
				.add(StreamRecords.mapBacked(event.fields()).withStreamKey(trail.key),
						XAddOptions.maxlen(trail.most).approximateTrimming(true)));
		}).then();
	}

	/** The newest entries of a trail, newest first. */
	Mono<List<Map<String, String>>> newest(Trail trail, int count) {
		return this.guard.run(this.redis.<String, String>opsForStream()
			.reverseRange(trail.key, Range.unbounded(), Limit.limit().count(count))
			.map((entry) -> entry.getValue())
			.collectList());
	}

	/** Which events belong together. */
	enum Trail {

		/** What operators did, and what they made happen. */
		OPERATORS("audit:{gateway}", 100_000),
		/** What clients and strangers caused. */
		CLIENTS("audit:{gateway}:clients", 100_000);

		private final String key;

		private final long most;

		Trail(String key, long most) {
			this.key = key;
			this.most = most;
		}

		/** Its name in a query. */
		String label() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
