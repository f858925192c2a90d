package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class DeclineRatesTest {

	private final AtomicLong nanos = new AtomicLong();

	private final DeclineRates rates = new DeclineRates(this.nanos::get);

	@Test
	void isHighFromMoreThanOneInEightOn() {
		post("a", Fault.DECLINED, 2);
		assertThat(this.rates.isHigh("a")).as("two may be chance").isFalse();
		post("a", Fault.DECLINED, 1);
		assertThat(this.rates.isHigh("a")).isTrue();
		post("a", null, 20);
		assertThat(this.rates.isHigh("a")).isTrue();
		post("a", null, 1);
		assertThat(this.rates.isHigh("a")).as("3 of 24").isFalse();
		assertThat(this.rates.isHigh("b")).isFalse();
	}

	@Test
	void isForgottenTenMinutesAfterTheLastDeclinedPost() {
		post("a", Fault.REJECTED, 10);
		this.nanos.addAndGet(Duration.ofMinutes(9).toNanos());
		assertThat(this.rates.isHigh("a")).isTrue();
		post("a", Fault.REJECTED, 1);
		this.nanos.addAndGet(Duration.ofMinutes(9).toNanos());
		assertThat(this.rates.isHigh("a")).isTrue();
		this.nanos.addAndGet(Duration.ofMinutes(2).toNanos());
		assertThat(this.rates.isHigh("a")).isFalse();
	}

	@Test
	void laterPostsWeighMore() {
		post("a", null, 1_000);
		post("a", Fault.DECLINED, 200);
		post("a", null, 400);
		post("a", Fault.DECLINED, 60);
		assertThat(this.rates.isHigh("a")).isTrue();
	}

	@ParameterizedTest
	@EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = { "DECLINED", "TOO_LONG", "REJECTED" })
	void whatIsNotThePostsOwnFaultOrWasNotSentDoesNotCount(Fault fault) {
		post("a", fault, 50);
		assertThat(this.rates.isHigh("a")).isFalse();
	}

	private void post(String user, Fault fault, int times) {
		Submission submission = new Submission("no spam", List.of("post"), new Caller(user, Tier.FREE, "c"), 0, 0);
		List<QueuedPost> posts = List
			.of(new QueuedPost(0, submission, 0, "post", 1, 0, 0, false, new CompletableFuture<>()));
		for (int i = 0; i < times; i++) {
			if (fault != null && i % 2 == 0) {
				this.rates.failed(posts, fault);
			}
			else {
				this.rates.answered(posts,
						List.of((fault != null) ? Judgement.failed(0, fault) : new Judgement(0, Label.ALLOW, 0)));
			}
		}
	}

}
