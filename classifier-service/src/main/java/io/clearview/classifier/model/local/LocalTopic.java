package io.clearview.classifier.model.local;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.clearview.classifier.model.lexical.Category;
import io.clearview.classifier.model.lexical.Evidence;
import io.clearview.classifier.model.lexical.Topic;

/**
 * One thing a preference names, and all that can tell whether a post is about it: terms
 * and words, heads, and relatedness for what has neither.
 *
 * @param topic what the reader made of it
 * @param heads of which one is enough
 * @param related comparisons, of which one is enough
 * @param name whether the free words have little to do with each other, as in a name
 */
record LocalTopic(Topic topic, List<Head> heads, List<Relatedness> related, boolean name) {

	/** Log-odds that terms which are enough are worth. */
	private static final float TERMS = 1;

	private static final float NONE = -100;

	/** Log-odds below its threshold at which a head still agrees with terms. */
	private static final float AGREED = 1.5f;

	/** The same for hate: its terms are as often used by those who object to it. */
	private static final float AGREED_ON_HATE = 1;

	/** Log-odds of relatedness at which a single term is taken to mean something else. */
	private static final float UNRELATED = 0.8f;

	/** Several free words are often a name, of which a part means something else. */
	private static final float NAME_MALUS = 0.6f;

	private static final String GRIEF = "died death funeral mourning grief";

	/**
	 * Words that stand for a category without a head. Not for those where a post that
	 * only mentions it must be shown: violence and self-harm are left to their terms.
	 */
	private static final Map<Category, String> DESCRIBED = new EnumMap<>(
			Map.of(Category.POLITICS, "politics politicians government election", Category.CRYPTO,
					"cryptocurrency bitcoin", Category.SCIENCE, "science scientists"));

	/** The same for words that name a mood. */
	private static final Map<String, String> MOODS = Map.of("sad", GRIEF, "sadness", GRIEF, "depressing", GRIEF,
			"upsetting", GRIEF, "grief", GRIEF, "heartbreaking", GRIEF);

	static LocalTopic of(Topic topic, Heads heads, Function<String, Relatedness> relatedness) {
		List<Head> chosen = new ArrayList<>();
		List<Relatedness> related = new ArrayList<>();
		boolean single = topic.concepts().size() == 1 && topic.words().isEmpty();
		if (single) {
			topic.names().forEach((name) -> chosen.addAll(heads.called(name)));
			if (chosen.isEmpty() && topic.concepts().getFirst().size() == 1) {
				for (Category category : topic.concepts().getFirst()) {
					String words = DESCRIBED.get(category);
					if (words != null) {
						related.add(relatedness.apply(words));
					}
				}
			}
		}
		else if (topic.concepts().isEmpty()) {
			chosen.addAll(heads.meant(topic.free()));
			if (chosen.isEmpty()) {
				related.add(relatedness.apply(MOODS.getOrDefault(topic.free(), topic.free())));
			}
		}
		return new LocalTopic(topic, chosen.stream().distinct().toList(), related,
				topic.words().size() > 1 && heads.isName(topic.free()));
	}

	/** Log-odds that the post is about it, above what is needed to hide the post. */
	float score(LocalWish.Post post, int bar) {
		float score = NONE;
		if (this.topic.matches(post.evidence(), bar) && isCredible(post)) {
			score = TERMS;
		}
		for (Head head : this.heads) {
			score = Math.max(score, head.margin(post.features()));
		}
		if (score >= TERMS) {
			return score;
		}
		if (!this.related.isEmpty() && hasPartOfName(post)) {
			return score;
		}
		for (Relatedness relatedness : this.related) {
			float malus = (this.topic.words().size() > 1) ? NAME_MALUS : 0;
			score = Math.max(score, relatedness.score(post.features()) - malus);
		}
		return score;
	}

	/**
	 * Whether terms that were found are meant: a single term of a list is not enough
	 * against a head that finds nothing of the kind, nor are terms in fiction or in an
	 * offer of help.
	 */
	private boolean isCredible(LocalWish.Post post) {
		if (!agrees(post)) {
			return false;
		}
		if (this.topic.concepts().isEmpty()) {
			return true;
		}
		for (Category category : this.topic.concepts().getFirst()) {
			Evidence.Score score = post.evidence().scores().get(category);
			if (score != null && Context.isMeant(category, score, post)) {
				return true;
			}
		}
		return false;
	}

	/** Whether neither a head nor, for a single term, relatedness speaks against it. */
	private boolean agrees(LocalWish.Post post) {
		float best = NONE;
		boolean hate = false;
		for (Head head : this.heads) {
			best = Math.max(best, head.margin(post.features()));
			hate |= head.name().equals("hate");
		}
		if (hate) {
			return best >= -AGREED_ON_HATE || Context.isShort(post);
		}
		if (this.topic.concepts().isEmpty()) {
			return this.heads.isEmpty() || best >= -AGREED;
		}
		return this.related.isEmpty() || !isSingle(post)
				|| this.related.stream().anyMatch((relatedness) -> relatedness.score(post.features()) > -UNRELATED);
	}

	private boolean isSingle(LocalWish.Post post) {
		return this.topic.concepts().getFirst().stream().allMatch((category) -> {
			Evidence.Score score = post.evidence().scores().get(category);
			return score == null || score.sum() == score.strongest();
		});
	}

	/**
	 * Whether the post has only the last part of a name, which means something else by
	 * itself: a swift, a family, games.
	 */
	private boolean hasPartOfName(LocalWish.Post post) {
		List<Set<String>> words = this.topic.words();
		return this.name && !has(post, words.getFirst()) && has(post, words.getLast());
	}

	private static boolean has(LocalWish.Post post, Set<String> forms) {
		return forms.stream().anyMatch(post.evidence().stems()::contains);
	}

	/** Whether an exception applies: named literally, or by a head. */
	boolean excepts(LocalWish.Post post) {
		return this.topic.matches(post.evidence(), Evidence.PROBABLE)
				|| this.heads.stream().anyMatch((head) -> head.margin(post.features()) >= 0);
	}

	/** Whether the post has at least a little to do with it. */
	boolean hinted(LocalWish.Post post, float margin) {
		return score(post, Evidence.HINT) >= -margin;
	}

}
