package io.clearview.gateway.request;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.gateway.context.RequestContext;
import io.clearview.gateway.telemetry.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * Bounds the memory that the bodies of all requests in flight take together. Safe for
 * concurrent use.
 */
@Component
final class BodyMemory {

	private final long max;

	private final AtomicLong used = new AtomicLong();

	private final Counter refused;

	BodyMemory(BodyProperties properties, MeterRegistry meters) {
		this.max = properties.memory().toBytes();
		Gauge.builder(Metrics.BODY_BYTES, this.used, AtomicLong::get).register(meters);
		this.refused = Counter.builder(Metrics.BODIES_REFUSED).register(meters);
	}

	/** Bytes reserved at the moment. */
	long used() {
		return this.used.get();
	}

	/** The share of one request, of no bytes yet and with one holder. */
	Share share() {
		return new Share();
	}

	/** What one request's body takes, until its last holder releases it. */
	final class Share implements RequestContext.BodyShare {

		private final AtomicInteger holders = new AtomicInteger(1);

		private final AtomicLong bytes = new AtomicLong();

		/**
		 * Reserves more.
		 * @return whether there was enough; if not, nothing was reserved
		 */
		boolean grow(int more) {
			long now = BodyMemory.this.used.addAndGet(more);
			if (now > BodyMemory.this.max) {
				BodyMemory.this.used.addAndGet(-more);
				BodyMemory.this.refused.increment();
				return false;
			}
			this.bytes.addAndGet(more);
			return true;
		}

		@Override
		public void retain() {
			this.holders.incrementAndGet();
		}

		@Override
		public void release() {
			if (this.holders.decrementAndGet() == 0) {
				BodyMemory.this.used.addAndGet(-this.bytes.getAndSet(0));
			}
		}

	}

}
