package io.clearview.classifier.model.local;

import java.util.List;

import io.clearview.classifier.model.EmbeddedJudging;
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

	private static final int REMEMBERED_PREFERENCES = 1_000;

	private final LocalJudge judge;

	private final EmbeddedJudging<LocalWish> judging;

	/**
	 * Creates a model.
	 * @param scheduler for long texts and new preferences: of threads that may compute
	 */
	LocalModel(LocalJudge judge, Scheduler scheduler) {
		this.judge = judge;
		this.judging = new EmbeddedJudging<>(REMEMBERED_PREFERENCES, judge::wish, false,
				(wish, post) -> wish.judge(judge.post(post)), scheduler);
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return this.judging.judge(preference, posts);
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
