package io.clearview.classifier.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What models share that judge in this process: preferences that were read are
 * remembered, and long texts are judged off the caller's thread. Costs nothing.
 *
 * @param <W> a preference that was read
 */
public final class EmbeddedJudging<W> {

	/** More text than this is judged off the caller's thread. A tweet has 280. */
	private static final int INLINE_CHARACTERS = 4_000;

	private final LoadingCache<String, W> wishes;

	private final boolean readInline;

	private final BiFunction<W, String, Label> judge;

	private final Scheduler scheduler;

	/**
	 * Judges with these functions.
	 * @param remembered so many preferences
	 * @param read reads a preference
	 * @param readInline whether a preference may be read on the caller's thread
	 * @param judge judges a post
	 * @param scheduler for what takes long: of threads that may compute
	 */
	public EmbeddedJudging(int remembered, Function<String, W> read, boolean readInline,
			BiFunction<W, String, Label> judge, Scheduler scheduler) {
		this.wishes = Caffeine.newBuilder().maximumSize(remembered).executor(Runnable::run).build(read::apply);
		this.readInline = readInline;
		this.judge = judge;
		this.scheduler = scheduler;
	}

	/** Judges as {@link Model#judge} says. */
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		Mono<List<Judgement>> judged = Mono.fromCallable(() -> judgements(preference, posts));
		long characters = 0;
		for (String post : posts) {
			characters += post.length();
		}
		boolean quick = characters <= INLINE_CHARACTERS
				&& (this.readInline || this.wishes.getIfPresent(preference) != null);
		return quick ? judged : judged.subscribeOn(this.scheduler);
	}

	private List<Judgement> judgements(String preference, List<String> posts) {
		W wish = this.wishes.get(preference);
		List<Judgement> judgements = new ArrayList<>(posts.size());
		for (int i = 0; i < posts.size(); i++) {
			judgements.add(new Judgement(i, this.judge.apply(wish, posts.get(i)), 0));
		}
		return judgements;
	}

}
