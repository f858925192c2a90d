package io.clearview.gateway.admin;

import java.time.Clock;

import io.clearview.gateway.token.AccountEvent;
import io.clearview.kit.keyring.KeySetReloaded;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Puts what other packages tell of into the audit trail. Nobody waits for it: while Redis
 * is unavailable it is in the log only.
 */
@Component
final class AuditListener {

	private final AuditLog audit;

	private final Clock clock;

	AuditListener(AuditLog audit, Clock clock) {
		this.audit = audit;
		this.clock = clock;
	}

	@EventListener
	void on(AccountEvent event) {
		String outcome = (event.kind() == AccountEvent.Kind.REFUSED_BY_DEVICE_LIMIT) ? "refused" : "done";
		this.audit
			.record(AuditLog.Trail.CLIENTS,
					new AuditEvent(this.clock.instant(), "device:" + event.device(), event.kind().label(), event.user(),
							outcome, "", event.correlationId()))
			.onErrorComplete()
			.subscribe();
	}

	@EventListener
	void on(KeySetReloaded event) {
		this.audit
			.record(AuditLog.Trail.OPERATORS,
					new AuditEvent(this.clock.instant(), "system", "key_set_reloaded", event.ring(), "done",
							"added " + event.added() + ", removed " + event.removed(), "-"))
			.onErrorComplete()
			.subscribe();
	}

}
