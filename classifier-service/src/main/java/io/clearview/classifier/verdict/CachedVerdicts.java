package io.clearview.classifier.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.clearview.classifier.batch.Batcher;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.SureLabels;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Outcome.Source;
import io.clearview.classifier.verdict.VerdictKeys.Keys;
import io.clearview.classifier.verdict.VerdictProperties.Mode;
import io.clearview.kit.telemetry.Tracing;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Verdicts from memory, from redis-cache, from the durable store where redis-cache is out
 * or has lost its data, or newly judged.
 */
final class CachedVerdicts implements Verdicts, AutoCloseable {

	/** Stands for what redis-cache has while it is out. */
	private static final List<@Nullable Entry> OUT = new ArrayList<>();

	/** Stands for what the durable store has where it is not asked. */
	private static final List<@Nullable Entry> NOT_ASKED = new ArrayList<>();

	private static final Duration NO_DEADLINE = Duration.ofHours(1);

	private final Model model;

	private final VerdictKeys keys;

	private final int postTokens;

	private final Mode mode;

	private final Ages ages;

	private final NearCache near;

	private final SharedCache shared;

	private final VerdictArchive archive;

	private final Judging judging;

	private final Scheduler scheduler;

	private final VerdictMetrics meters;

	static CachedVerdicts of(Model model, Batcher batcher, SharedCache shared, VerdictArchive archive,
			VerdictProperties properties, Ages ages, Scheduler scheduler, VerdictMetrics meters, Tracing tracing,
			@Nullable SureLabels fallback) {
		NearCache near = new NearCache(properties.nearCache().toBytes(), meters);
		Judging judging = new Judging(model, properties, ages, near, shared, archive, batcher, scheduler, meters,
				tracing, fallback);
		return new CachedVerdicts(model, properties, ages, near, shared, archive, judging, scheduler, meters);
	}

	private CachedVerdicts(Model model, VerdictProperties properties, Ages ages, NearCache near, SharedCache shared,
			VerdictArchive archive, Judging judging, Scheduler scheduler, VerdictMetrics meters) {
		this.model = model;
		this.keys = new VerdictKeys(model.promptVersion(), model.name());
		this.postTokens = properties.postTokens();
		this.mode = properties.mode();
		this.ages = ages;
		this.near = near;
		this.shared = shared;
		this.archive = archive;
		this.judging = judging;
		this.scheduler = scheduler;
		this.meters = meters;
		meters.archiveNeeded(archive::isNeeded);
	}

	@Override
	public List<Question> ask(String preference, List<String> contents) {
		String canonical = Canonical.preference(preference);
		Keys under = this.keys.under(canonical);
		List<Question> asked = new ArrayList<>(contents.size());
		for (String content : contents) {
			String judged = Canonical.content(content, this.postTokens);
			asked.add(new Question(under.of(judged), canonical, judged));
		}
		return asked;
	}

	@Override
	public Mono<Known> lookup(List<Question> asked) {
		return lookup(asked, this.scheduler.now(TimeUnit.NANOSECONDS) + NO_DEADLINE.toNanos());
	}

	@Override
	public Mono<Known> lookup(List<Question> asked, long untilNanos) {
		return Mono.defer(() -> (this.mode == Mode.DUAL) ? sharedFirst(asked) : nearFirst(asked, untilNanos));
	}

	private Mono<Known> nearFirst(List<Question> asked, long untilNanos) {
		long now = this.ages.now();
		@Nullable Judged[] found = new @Nullable Judged[asked.size()];
		List<VerdictKey> missing = new ArrayList<>();
		for (int i = 0; i < found.length; i++) {
			VerdictKey key = asked.get(i).key();
			found[i] = fresh(key, this.near.get(key), Source.NEAR_CACHE, now);
			if (found[i] == null) {
				missing.add(key);
			}
		}
		int hits = found.length - missing.size();
		if (missing.isEmpty() || this.mode == Mode.LOCAL) {
			this.meters.lookedUp(hits, 0, missing.size());
			return Mono.just(new Known(Arrays.asList(found), false));
		}
		Mono<List<@Nullable Entry>> shared = this.shared.get(missing).defaultIfEmpty(OUT);
		if (!this.archive.isNeeded()) {
			return shared.map((entries) -> known(found, hits, missing, entries, NOT_ASKED));
		}
		return shared.flatMap((entries) -> recall(missing, entries, untilNanos)
			.map((recalled) -> known(found, hits, missing, entries, recalled)));
	}

	/**
	 * Completes what the near-cache has.
	 * @param missing what it has not, in order
	 * @param entries what redis-cache has of it
	 * @param recalled what the durable store has of what redis-cache has not
	 */
	private Known known(@Nullable Judged[] found, int hits, List<VerdictKey> missing, List<@Nullable Entry> entries,
			List<@Nullable Entry> recalled) {
		long now = this.ages.now();
		int next = 0;
		int misses = 0;
		int fromArchive = 0;
		for (int i = 0; i < found.length; i++) {
			if (found[i] == null) {
				VerdictKey key = missing.get(next);
				found[i] = learn(key, (entries != OUT) ? entries.get(next) : null, now);
				if (found[i] == null && recalled != NOT_ASKED) {
					found[i] = learnRecalled(key, recalled.get(next), entries != OUT, now);
					fromArchive += (found[i] != null) ? 1 : 0;
				}
				misses += (found[i] == null) ? 1 : 0;
				next++;
			}
		}
		this.meters.lookedUp(hits, missing.size() - fromArchive - misses, misses);
		this.meters.recalled(fromArchive);
		return new Known(Arrays.asList(found), entries == OUT);
	}

	/** Asks the durable store for what redis-cache has not. */
	private Mono<List<@Nullable Entry>> recall(List<VerdictKey> keys, List<@Nullable Entry> entries, long untilNanos) {
		List<VerdictKey> lost = new ArrayList<>(keys.size());
		for (int i = 0; i < keys.size(); i++) {
			if (entries == OUT || entries.get(i) == null) {
				lost.add(keys.get(i));
			}
		}
		Duration left = Duration.ofNanos((untilNanos - this.scheduler.now(TimeUnit.NANOSECONDS)) / 2);
		if (lost.isEmpty() || !left.isPositive()) {
			return Mono.just(NOT_ASKED);
		}
		return this.archive.recall(lost, left).map((recalled) -> {
			List<@Nullable Entry> parallel = new ArrayList<>(keys.size());
			int next = 0;
			for (int i = 0; i < keys.size(); i++) {
				parallel.add((entries == OUT || entries.get(i) == null) ? recalled.get(next++) : null);
			}
			return parallel;
		});
	}

	/**
	 * Takes over what the durable store has, and gives it to a redis-cache that is not
	 * out. One that is out is not given it later: what was bought meanwhile matters more.
	 */
	private @Nullable Judged learnRecalled(VerdictKey key, @Nullable Entry entry, boolean share, long now) {
		if (entry == null) {
			return null;
		}
		this.near.learn(key, entry);
		if (share) {
			this.shared.learn(key, entry);
		}
		return fresh(key, entry, Source.DURABLE_STORE, now);
	}

	private Mono<Known> sharedFirst(List<Question> asked) {
		List<VerdictKey> keys = asked.stream().map(Question::key).toList();
		return this.shared.get(keys).defaultIfEmpty(OUT).map((entries) -> {
			long now = this.ages.now();
			@Nullable Judged[] found = new @Nullable Judged[keys.size()];
			int hits = 0;
			int misses = 0;
			for (int i = 0; i < found.length; i++) {
				VerdictKey key = keys.get(i);
				found[i] = learn(key, (entries != OUT) ? entries.get(i) : null, now);
				if (found[i] == null) {
					Entry local = this.near.get(key);
					found[i] = fresh(key, local, Source.NEAR_CACHE, now);
					if (local != null && found[i] != null) {
						this.shared.learn(key, local);
						this.meters.promoted();
						hits++;
					}
					else {
						misses++;
					}
				}
			}
			this.meters.lookedUp(hits, found.length - hits - misses, misses);
			return new Known(Arrays.asList(found), entries == OUT);
		});
	}

	/**
	 * Takes over what redis-cache has, also what is past its soft age, and answers if it
	 * is fresh.
	 */
	private @Nullable Judged learn(VerdictKey key, @Nullable Entry entry, long now) {
		if (entry != null) {
			this.near.learn(key, entry);
		}
		return fresh(key, entry, Source.SHARED_CACHE, now);
	}

	private @Nullable Judged fresh(VerdictKey key, @Nullable Entry entry, Source source, long now) {
		return (entry != null && this.ages.isFresh(key, entry, now)) ? Answers.free(entry.label(), source) : null;
	}

	@Override
	public Mono<Void> judge(JudgeRequest request, JudgeRequest.Listener listener) {
		return this.judging.judge(request, listener);
	}

	@Override
	public @Nullable Reason refusal() {
		Fault fault = this.model.refusal();
		return (fault != null) ? Judging.reason(fault.kind()) : null;
	}

	@Override
	public Mono<Void> standIn(JudgeRequest request, Reason reason, JudgeRequest.Listener listener) {
		Fault fault = this.model.refusal();
		if (fault != null) {
			this.model.spared(fault);
		}
		return this.judging.standIn(request, reason, listener);
	}

	@Override
	public void close() {
		this.shared.close();
	}

}
