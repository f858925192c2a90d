package io.clearview.gateway.ratelimit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LocalBucketsTest {

	private final AtomicLong nanos = new AtomicLong();

	private final LocalBuckets buckets = new LocalBuckets(new Limit("flood", 60), 1000, this.nanos::get);

	@Test
	void allowsTheLimitFromAnIdleStateAndThenOneASecond() {
		assertThat(allowed("a", 100)).isEqualTo(60);
		advance(Duration.ofSeconds(1));
		assertThat(allowed("a", 100)).isEqualTo(1);
		advance(Duration.ofSeconds(30));
		assertThat(allowed("a", 100)).isEqualTo(30);
	}

	@Test
	void countsEachKeyForItself() {
		assertThat(allowed("a", 100)).isEqualTo(60);
		assertThat(allowed("b", 100)).isEqualTo(60);
	}

	@Test
	void saysWhatIsLeftAndHowLongToWait() {
		assertThat(this.buckets.take("a")).returns(59L, Decision::remaining)
			.returns(Duration.ofSeconds(1), Decision::pause);
		allowed("a", 59);
		assertThat(this.buckets.take("a")).returns(false, Decision::allowed)
			.returns(0L, Decision::remaining)
			.returns(Duration.ofSeconds(1), Decision::pause);
	}

	@Test
	void remembersABoundedNumberOfKeysAndTheBusyOnesLongest() {
		assertThat(allowed("busy", 100)).isEqualTo(60);
		IntStream.range(0, 100_000).forEach((i) -> {
			this.buckets.take("crowd " + i);
			if (i % 100 == 0) {
				assertThat(this.buckets.take("busy").allowed()).isFalse();
			}
		});
		assertThat(this.buckets.size()).isLessThanOrEqualTo(1000);
	}

	@Test
	void forgetsWhatIsFullAgain() {
		allowed("a", 1);
		advance(Duration.ofSeconds(61));
		assertThat(this.buckets.size()).isZero();
	}

	private long allowed(String key, int requests) {
		return IntStream.range(0, requests).filter((_) -> this.buckets.take(key).allowed()).count();
	}

	private void advance(Duration by) {
		this.nanos.addAndGet(by.toNanos());
	}

}
