package io.clearview.classifier.model.lexical;

import java.util.Map;
import java.util.Set;

/**
 * What was found in one post.
 *
 * @param scores of the categories of which a term was found
 * @param stems of all its words
 * @param length number of its words
 */
public record Evidence(Map<Category, Score> scores, Set<String> stems, int length) {

	/** Weight of a term that is enough by itself, and score that hides a short post. */
	public static final int ENOUGH = 3;

	/** Score that keeps a post: less, because the model shows what it is not sure of. */
	public static final int PROBABLE = 2;

	/** Score of a hint, which alone decides nothing. */
	public static final int HINT = 1;

	/** In so many words one weak term is expected to turn up by chance. */
	private static final int WORDS_PER_CHANCE_TERM = 100;

	/**
	 * Whether the post is about {@code category}: a term that is enough by itself, or
	 * weaker ones that add up to {@code bar} and to more than chance brings into a text
	 * this long.
	 */
	public boolean about(Category category, int bar) {
		Score score = this.scores.get(category);
		return score != null
				&& (score.strongest() >= ENOUGH || score.sum() >= bar + this.length / WORDS_PER_CHANCE_TERM);
	}

	/**
	 * How much speaks for a category.
	 *
	 * @param sum of the weights of the distinct terms found
	 * @param strongest the greatest of these weights
	 */
	public record Score(int sum, int strongest) {

		Score and(Score other) {
			return new Score(this.sum + other.sum, Math.max(this.strongest, other.strongest));
		}

	}

}
