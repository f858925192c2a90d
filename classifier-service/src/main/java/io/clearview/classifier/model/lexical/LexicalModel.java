package io.clearview.classifier.model.lexical;

import java.util.List;

import io.clearview.classifier.model.EmbeddedJudging;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Judges by words. A post is hidden if it has enough terms of what the preference names
 * and none of what it excepts; in doubt it is shown. Costs nothing.
 */
final class LexicalModel implements Model {

	static final String NAME = "lexical";

	/** Goes up when the code reads preferences or posts differently. */
	private static final int CODE_VERSION = 1;

	private static final int REMEMBERED_PREFERENCES = 2_000;

	private final Lexicon lexicon;

	private final EmbeddedJudging<Wish> judging;

	/**
	 * Creates a model.
	 * @param scheduler for long texts: of threads that may compute
	 */
	LexicalModel(Lexicon lexicon, Scheduler scheduler) {
		this.lexicon = lexicon;
		TopicReader topics = new TopicReader(lexicon);
		this.judging = new EmbeddedJudging<>(REMEMBERED_PREFERENCES,
				(preference) -> WishReader.read(preference, topics), true,
				(wish, post) -> wish.judge(lexicon.read(post)), scheduler);
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return this.judging.judge(preference, posts);
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public String promptVersion() {
		return CODE_VERSION + "-" + this.lexicon.version();
	}

}
