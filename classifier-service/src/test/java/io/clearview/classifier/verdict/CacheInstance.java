package io.clearview.classifier.verdict;

import java.time.Clock;
import java.time.Duration;
import java.util.List;

import io.clearview.classifier.batch.BatchProperties;
import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.batch.FakeModel;
import io.clearview.classifier.identity.Caller;
import io.clearview.classifier.identity.Tier;
import io.clearview.classifier.redis.Roles;
import io.clearview.kit.testing.TestRedis;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The verdicts of one service instance: caches, flights, batcher and model. */
final class CacheInstance implements AutoCloseable {

	static final Caller SOMEONE = new Caller("someone", Tier.ENTERPRISE, "c");

	final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	final Roles redis;

	final Verdicts verdicts;

	private CacheInstance(FakeModel model, Roles redis, VerdictProperties properties, Clock clock,
			Scheduler scheduler) {
		this.redis = redis;
		Batcher batcher = Batcher.of(model, BatchProperties.defaults(), scheduler, this.meters);
		this.verdicts = Verdicts.of(model, batcher, redis.cache(), properties, clock, scheduler, this.meters);
	}

	/** One that never mistakes a slow machine for a fault. */
	static CacheInstance patient(FakeModel model, TestRedis server, Clock clock) {
		return patient(model, server, clock, Duration.ofSeconds(30), Schedulers.parallel());
	}

	/** As {@link #patient}, with another lease and a time of its own. */
	static CacheInstance patient(FakeModel model, TestRedis server, Clock clock, Duration lease, Scheduler scheduler) {
		VerdictProperties usual = VerdictProperties.defaults();
		VerdictProperties patient = new VerdictProperties(usual.mode(), usual.softAge(), usual.hardAge(),
				usual.nearCache(), usual.postTokens(), Duration.ofSeconds(90), usual.flights(), lease,
				usual.writeBack());
		Roles redis = Roles.of(server, server, Duration.ofSeconds(10), new SimpleMeterRegistry());
		return new CacheInstance(model, redis, patient, clock, scheduler);
	}

	/** Looks posts up and has the rest judged, as a request does. */
	Mono<List<Outcome>> classify(String preference, List<String> posts) {
		return Mono.defer(() -> {
			List<Question> asked = this.verdicts.ask(preference, posts);
			return this.verdicts.lookup(asked)
				.flatMap((found) -> Flux.range(0, posts.size())
					.flatMapSequential((i) -> answer(asked.get(i), found.verdicts().get(i)), Math.max(posts.size(), 1))
					.collectList());
		});
	}

	private Mono<Outcome> answer(Question asked, Outcome.@Nullable Judged found) {
		long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		return (found != null) ? Mono.just(found)
				: Asking.one(this.verdicts, new JudgeRequest(List.of(asked), SOMEONE, deadline, deadline, false));
	}

	/** As {@link #classify}, and waits. */
	List<Outcome> ask(String preference, String... posts) {
		return classify(preference, List.of(posts)).block(Duration.ofSeconds(60));
	}

	double count(String metric, String... tags) {
		return this.meters.get(metric).tags(tags).counter().count();
	}

	@Override
	public void close() {
		((CachedVerdicts) this.verdicts).close();
		this.redis.close();
	}

}
