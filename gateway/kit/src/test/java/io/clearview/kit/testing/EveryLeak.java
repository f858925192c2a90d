package io.clearview.kit.testing;

import java.util.concurrent.atomic.AtomicLong;

import io.netty.util.ResourceLeakDetector;

/**
 * Netty's detector, which tells of leaks that look alike only once; this one gives each
 * buffer a number, so that they can be counted. Netty finds it by
 * {@code io.netty.customResourceLeakDetector}.
 */
public final class EveryLeak<T> extends ResourceLeakDetector<T> {

	private final AtomicLong tracked = new AtomicLong();

	/** As Netty makes it. */
	public EveryLeak(Class<?> resourceType, int samplingInterval) {
		super(resourceType, samplingInterval);
	}

	/** As Netty made it once. */
	public EveryLeak(Class<?> resourceType, int samplingInterval, long maxActive) {
		this(resourceType, samplingInterval);
	}

	@Override
	protected Object getInitialHint(String resourceType) {
		return "number " + this.tracked.incrementAndGet();
	}

}
