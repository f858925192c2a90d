package io.clearview.classifier.verdict;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The verdicts this service knows, and the way to new ones. */
public interface Verdicts {

	/**
	 * Names the verdicts of {@code contents} under {@code preference}: pure computation.
	 * @param preference as the user wrote it
	 * @param contents of the posts, as the client sent them
	 */
	List<Asked> ask(String preference, List<String> contents);

	/**
	 * Looks verdicts up: near-cache, then at most one round trip. Emits a list parallel
	 * to {@code asked} with {@code null} for what must be judged (absent, or past its
	 * soft age). Never errors and is bounded by the time-out of redis-cache.
	 */
	Mono<List<Outcome.@Nullable Judged>> lookup(List<Asked> asked);

	/**
	 * Judges what no cache had. Callers that ask the same at the same time share one
	 * judgement; one that cancels leaves the others, and the cache, their answer. Emits
	 * exactly one outcome by the question's deadline and never errors.
	 */
	Mono<Outcome> judge(Question question);

	/**
	 * A post as it is judged.
	 *
	 * @param key of its verdict
	 * @param preference canonical
	 * @param content canonical and cut to what is judged
	 */
	record Asked(VerdictKey key, String preference, String content) {
	}

}
