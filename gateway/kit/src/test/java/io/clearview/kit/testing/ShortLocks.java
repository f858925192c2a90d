package io.clearview.kit.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Locks that libraries hold for a few instructions, which BlockHound does not report.
 * Lettuce hands a command to its connection under such a lock: if BlockHound threw inside
 * it, Lettuce would count one writer too few and every later command would spin for ever.
 * The same goes for the shared connection, its queue of commands, Netty's allocator, and
 * the queue of ended spans. A connection with TLS makes its context on its event loop,
 * which reads some random bytes from the kernel.
 */
public final class ShortLocks implements BlockHoundIntegration {

	@Override
	public void applyTo(BlockHound.Builder builder) {
		builder.allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "incrementWriters")
			.allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "doExclusive")
			.allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "lockWritersExclusive")
			.allowBlockingCallsInside("io.lettuce.core.protocol.DefaultEndpoint", "validateWrite")
			.allowBlockingCallsInside("org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory",
					"doInLock")
			.allowBlockingCallsInside("io.lettuce.core.SslConnectionBuilder$SslChannelInitializer",
					"initializeSSLEngine")
			.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate")
			.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
			.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "free")
			.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines")
			.allowBlockingCallsInside("io.opentelemetry.sdk.trace.export.BatchSpanProcessor$Worker", "addSpan");
	}

}
