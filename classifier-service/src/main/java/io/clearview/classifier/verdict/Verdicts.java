package io.clearview.classifier.verdict;

import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;

import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.SureLabels;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.VerdictProperties.Mode;
import io.clearview.kit.redis.Redis;
import io.clearview.kit.telemetry.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The verdicts this service knows, and the way to new ones. */
public interface Verdicts {

	/**
	 * Names the verdicts of {@code contents} under {@code preference}: pure computation.
	 * @param preference as the user wrote it
	 * @param contents of the posts, as the client sent them
	 */
	List<Question> ask(String preference, List<String> contents);

	/**
	 * Looks verdicts up: near-cache, then at most one round trip to redis-cache, then,
	 * where that is out or has lost its data, one to the durable store. Never errors and
	 * is bounded by the time-outs of both.
	 */
	Mono<Known> lookup(List<Question> asked);

	/**
	 * The same within a request's time: what takes longer than the time-out of
	 * redis-cache takes half of the time that is left, at most.
	 * @param untilNanos when the request would like a response, on the clock of
	 * {@link System#nanoTime()}
	 */
	default Mono<Known> lookup(List<Question> asked, long untilNanos) {
		return lookup(asked);
	}

	/**
	 * Judges what no cache had. Callers that ask the same at the same time share one
	 * judgement; one that cancels, or whose deadline passes, leaves the others, and the
	 * cache, their verdict. Gives {@code listener} exactly one outcome for each question
	 * by the request's deadline, then completes, and never errors.
	 */
	Mono<Void> judge(JudgeRequest request, JudgeRequest.Listener listener);

	/**
	 * Why nothing that no cache has can be judged at the moment, known without trying;
	 * null if it may be. Quick.
	 */
	default @Nullable Reason refusal() {
		return null;
	}

	/**
	 * Gives {@code listener} what is got without a call to the model: a verdict where the
	 * model needs none for it, an old one, the local model's label, or that the post
	 * failed open. Waits for nothing but computation; otherwise as {@link #judge}.
	 */
	default Mono<Void> standIn(JudgeRequest request, Reason reason, JudgeRequest.Listener listener) {
		return Mono.fromRunnable(() -> IntStream.range(0, request.questions().size())
			.forEach((index) -> listener.judged(index, new FailedOpen(reason))));
	}

	/**
	 * Verdicts of {@code model}.
	 * @param batcher in front of the model
	 * @param redis redis-cache; absent where verdicts are kept in memory only
	 * @param clock of the wall, by which verdicts age
	 * @param scheduler whose clock and timers count for everything else
	 */
	static Verdicts of(Model model, Batcher batcher, @Nullable Redis redis, VerdictProperties properties, Clock clock,
			Scheduler scheduler, MeterRegistry registry) {
		return of(model, batcher, redis, properties, clock, scheduler, registry, Tracing.NOOP, null);
	}

	/**
	 * Verdicts of {@code model} whose joined callers are traced.
	 * @param fallback labels posts that could not be judged; {@code null} if they are
	 * shown
	 */
	static Verdicts of(Model model, Batcher batcher, @Nullable Redis redis, VerdictProperties properties, Clock clock,
			Scheduler scheduler, MeterRegistry registry, Tracing tracing, @Nullable SureLabels fallback) {
		return of(model, batcher, redis, VerdictArchive.NONE, properties, clock, scheduler, registry, tracing,
				fallback);
	}

	/**
	 * Verdicts of {@code model} that are kept for when redis-cache is out, too.
	 * @param archive where; asked where all verdicts are in Redis
	 */
	static Verdicts of(Model model, Batcher batcher, @Nullable Redis redis, VerdictArchive archive,
			VerdictProperties properties, Clock clock, Scheduler scheduler, MeterRegistry registry, Tracing tracing,
			@Nullable SureLabels fallback) {
		VerdictMetrics meters = new VerdictMetrics(registry);
		Ages ages = new Ages(clock, properties.softAge(), properties.hardAge());
		SharedCache shared = (redis == null || properties.mode() == Mode.LOCAL) ? SharedCache.NONE
				: new RedisVerdicts(redis, ages, properties.lease(), properties.writeBack(), scheduler, meters);
		return CachedVerdicts.of(model, batcher, shared,
				(properties.mode() == Mode.REDIS) ? archive : VerdictArchive.NONE, properties, ages, scheduler, meters,
				tracing, fallback);
	}

	/**
	 * Verdicts of {@code model} that are shared by other means than Redis.
	 * @param shared with other instances
	 */
	static Verdicts sharing(SharedCache shared, Model model, Batcher batcher, VerdictProperties properties, Clock clock,
			Scheduler scheduler, MeterRegistry registry) {
		Ages ages = new Ages(clock, properties.softAge(), properties.hardAge());
		return CachedVerdicts.of(model, batcher, shared, VerdictArchive.NONE, properties, ages, scheduler,
				new VerdictMetrics(registry), Tracing.NOOP, null);
	}

	/**
	 * What a look into the caches brought.
	 *
	 * @param verdicts parallel to what was asked, with {@code null} for what must be
	 * judged (absent, or past its soft age)
	 * @param withoutCache whether redis-cache was asked and is out
	 */
	record Known(List<Outcome.@Nullable Judged> verdicts, boolean withoutCache) {
	}

}
