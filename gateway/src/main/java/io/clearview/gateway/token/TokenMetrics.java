package io.clearview.gateway.token;

import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * Counts what became of tokens and accounts; {@link Metrics#TOKENS} says what is what.
 */
@Component
final class TokenMetrics {

	private final Counter near;

	private final Counter valid;

	private final Counter ended;

	private final Counter unknown;

	private final Counter outage;

	private final Counter unavailable;

	private final Counter forged;

	private final Counter opened;

	private final Counter issued;

	private final Counter adopted;

	private final Counter refused;

	TokenMetrics(MeterRegistry meters) {
		this.near = token(meters, "near");
		this.valid = token(meters, "valid");
		this.ended = token(meters, "ended");
		this.unknown = token(meters, "unknown");
		this.outage = token(meters, "outage");
		this.unavailable = token(meters, "unavailable");
		this.forged = token(meters, "forged");
		this.opened = Counter.builder(Metrics.ACCOUNTS).tag("event", "opened").register(meters);
		this.issued = account(meters, AccountEvent.Kind.ISSUED);
		this.adopted = account(meters, AccountEvent.Kind.ADOPTED);
		this.refused = account(meters, AccountEvent.Kind.REFUSED_BY_DEVICE_LIMIT);
	}

	void near() {
		this.near.increment();
	}

	void valid() {
		this.valid.increment();
	}

	void ended() {
		this.ended.increment();
	}

	void unknown() {
		this.unknown.increment();
	}

	void outage() {
		this.outage.increment();
	}

	void unavailable() {
		this.unavailable.increment();
	}

	void forged() {
		this.forged.increment();
	}

	void opened() {
		this.opened.increment();
	}

	void account(AccountEvent.Kind kind) {
		(switch (kind) {
			case ISSUED -> this.issued;
			case ADOPTED -> this.adopted;
			case REFUSED_BY_DEVICE_LIMIT -> this.refused;
		}).increment();
	}

	private static Counter token(MeterRegistry meters, String result) {
		return Counter.builder(Metrics.TOKENS).tag("result", result).register(meters);
	}

	private static Counter account(MeterRegistry meters, AccountEvent.Kind kind) {
		return Counter.builder(Metrics.ACCOUNTS).tag("event", kind.label()).register(meters);
	}

}
