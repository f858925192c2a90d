package io.clearview.classifier.model.local;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.lexical.Evidence;
import io.clearview.classifier.model.lexical.Topic;
import io.clearview.classifier.model.lexical.Wish;

/**
 * What a preference asks for, as far as it was understood.
 *
 * @param hide topics to hide
 * @param keep exceptions, which win over {@code hide}
 * @param scope what is hidden besides {@code hide}
 * @param capitals whether posts in capital letters are hidden
 * @param understood whether everything in the preference was understood
 */
public record LocalWish(List<LocalTopic> hide, List<LocalTopic> keep, Wish.Scope scope, boolean capitals,
		boolean understood) {

	/**
	 * Log-odds below the threshold at which a post is still taken to be about a topic.
	 */
	private static final float HINTED = 1.8f;

	/** Score of a post that a rule without degrees hides or shows. */
	private static final float SURE = 4;

	private static final int FEWEST_CAPITALS = 8;

	/**
	 * A post as the model reads it.
	 *
	 * @param text as it was written
	 * @param margins of the heads that terms are checked against, by name
	 */
	public record Post(String text, Features features, Evidence evidence, Map<String, Float> margins) {
	}

	static LocalWish of(Wish wish, String preference, Heads heads, Function<String, Relatedness> relatedness) {
		Function<Topic, LocalTopic> topics = (topic) -> LocalTopic.of(topic, heads, relatedness);
		boolean capitals = preference.contains("all caps") || preference.contains("capital letters");
		return new LocalWish(wish.hide().stream().map(topics).toList(), wish.keep().stream().map(topics).toList(),
				wish.scope(), capitals, wish.understood());
	}

	/** The label of a post: hidden from a score of 0. */
	public Label judge(Post post) {
		return (score(post) >= 0) ? Label.BLOCK : Label.ALLOW;
	}

	/**
	 * How sure it is that the post is to be hidden, in log-odds above the threshold:
	 * below 0 it is shown.
	 */
	public float score(Post post) {
		if (this.scope == Wish.Scope.ALL) {
			return SURE;
		}
		float hidden = (this.capitals && shouts(post.text())) ? SURE : -SURE * 2;
		for (LocalTopic topic : this.hide) {
			hidden = Math.max(hidden, topic.score(post, Evidence.ENOUGH));
		}
		if (this.scope == Wish.Scope.OTHERS) {
			boolean other = post.evidence().length() >= Wish.TOO_SHORT && this.keep.stream()
				.noneMatch(
						(topic) -> topic.topic().matches(post.evidence(), Evidence.HINT) || topic.hinted(post, HINTED));
			return other ? Math.max(hidden, SURE / 4) : hidden;
		}
		if (hidden < 0) {
			return hidden;
		}
		boolean kept = this.keep.stream().anyMatch((topic) -> topic.excepts(post));
		return kept ? -SURE / 4 : hidden;
	}

	private static boolean shouts(String text) {
		int letters = 0;
		int capitals = 0;
		for (int i = 0; i < text.length(); i++) {
			letters += Character.isLetter(text.charAt(i)) ? 1 : 0;
			capitals += Character.isUpperCase(text.charAt(i)) ? 1 : 0;
		}
		return letters >= FEWEST_CAPITALS && capitals * 5 >= letters * 4;
	}

}
