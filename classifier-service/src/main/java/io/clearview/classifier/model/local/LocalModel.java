package io.clearview.classifier.model.local;

import java.util.ArrayList;
import java.util.List;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Judges with embedded weights and term lists. In doubt a post is shown. Costs nothing.
 */
final class LocalModel implements Model {

	static final String NAME = "local";

	/** Goes up when the code judges differently with the same weights and lists. */
	private static final int CODE_VERSION = 1;

	/** More text than this is judged off the caller's thread. A tweet has 280. */
	private static final int INLINE_CHARACTERS = 4_000;

	private static final int REMEMBERED_PREFERENCES = 1_000;

	private final LocalJudge judge;

	private final LoadingCache<String, LocalWish> wishes;

	private final Scheduler scheduler;

	/**
	 * Creates a model.
	 * @param scheduler for long texts and new preferences: of threads that may compute
	 */
	LocalModel(LocalJudge judge, Scheduler scheduler) {
		this.judge = judge;
		this.scheduler = scheduler;
		this.wishes = Caffeine.newBuilder()
			.maximumSize(REMEMBERED_PREFERENCES)
			.executor(Runnable::run)
			.build(judge::wish);
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		Mono<List<Judgement>> judged = Mono.fromCallable(() -> judgements(preference, posts));
		long characters = 0;
		for (String post : posts) {
			characters += post.length();
		}
		boolean quick = characters <= INLINE_CHARACTERS && this.wishes.getIfPresent(preference) != null;
		return quick ? judged : judged.subscribeOn(this.scheduler);
	}

	private List<Judgement> judgements(String preference, List<String> posts) {
		LocalWish wish = this.wishes.get(preference);
		List<Judgement> judgements = new ArrayList<>(posts.size());
		for (int i = 0; i < posts.size(); i++) {
			judgements.add(new Judgement(i, wish.judge(this.judge.post(posts.get(i))), 0));
		}
		return judgements;
	}

	@Override
	public boolean understands(String preference) {
		return this.judge.understands(preference);
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String promptVersion() {
		return version(this.judge);
	}

	/** Version of the model: of its code, weights and lists. */
	static String version(LocalJudge judge) {
		return CODE_VERSION + "-" + judge.version();
	}

}
