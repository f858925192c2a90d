package io.clearview.classifier.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Lettuce hands a command to its connection under a lock that is held for some
 * instructions. Were BlockHound to throw inside it, Lettuce would count one writer too
 * few and every later command would spin for ever: the check would break what it checks.
 * The same goes for the queue of spans that have ended, which a callback may hand over.
 */
public final class LettuceLocks implements BlockHoundIntegration {

	@Override
	public void applyTo(BlockHound.Builder builder) {
		builder.allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "incrementWriters")
			.allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "doExclusive")
			.allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "lockWritersExclusive")
			.allowBlockingCallsInside("io.lettuce.core.protocol.DefaultEndpoint", "validateWrite")
			.allowBlockingCallsInside("io.opentelemetry.sdk.trace.export.BatchSpanProcessor$Worker", "addSpan");
	}

}
