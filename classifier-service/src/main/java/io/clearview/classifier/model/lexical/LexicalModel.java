package io.clearview.classifier.model.lexical;

import java.util.ArrayList;
import java.util.List;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
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

	/** More text than this is judged off the caller's thread. A tweet has 280. */
	private static final int INLINE_CHARACTERS = 4_000;

	private static final int REMEMBERED_PREFERENCES = 2_000;

	private final Lexicon lexicon;

	private final LoadingCache<String, Wish> wishes;

	private final Scheduler scheduler;

	/**
	 * Creates a model.
	 * @param scheduler for long texts: of threads that may compute
	 */
	LexicalModel(Lexicon lexicon, Scheduler scheduler) {
		this.lexicon = lexicon;
		this.scheduler = scheduler;
		TopicReader topics = new TopicReader(lexicon);
		this.wishes = Caffeine.newBuilder()
			.maximumSize(REMEMBERED_PREFERENCES)
			.executor(Runnable::run)
			.build((preference) -> WishReader.read(preference, topics));
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		Mono<List<Judgement>> judged = Mono.fromCallable(() -> judgements(preference, posts));
		long characters = 0;
		for (String post : posts) {
			characters += post.length();
		}
		return (characters <= INLINE_CHARACTERS) ? judged : judged.subscribeOn(this.scheduler);
	}

	private List<Judgement> judgements(String preference, List<String> posts) {
		Wish wish = this.wishes.get(preference);
		List<Judgement> judgements = new ArrayList<>(posts.size());
		for (int i = 0; i < posts.size(); i++) {
			judgements.add(new Judgement(i, wish.judge(this.lexicon.read(posts.get(i))), 0));
		}
		return judgements;
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
