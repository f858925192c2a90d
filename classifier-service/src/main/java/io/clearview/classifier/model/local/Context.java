package io.clearview.classifier.model.local;

import java.util.Set;

import io.clearview.classifier.model.lexical.Category;
import io.clearview.classifier.model.lexical.Evidence;

/**
 * Tells from the rest of a post whether terms of a list are meant as the list has them.
 * In doubt they are not, so that the post is shown.
 */
final class Context {

	/** Heads that terms are checked against. */
	static final Set<String> CHECKS = Set.of("spam", "offensive");

	/** From this sum of weights on, nothing speaks against terms. */
	private static final int BEYOND_DOUBT = 8;

	/**
	 * Log-odds below the threshold at which a head says that there is nothing of the
	 * kind.
	 */
	private static final float NOTHING = -3.8f;

	/** The same for insults and threats. */
	private static final float NOT_OFFENSIVE = -1.3f;

	/** Words of a post that is short. */
	private static final int SHORT = 8;

	/**
	 * Insults that are told of, and not thrown at anybody, must be plain to be hidden.
	 */
	private static final float TOLD = 1.5f;

	private static final Set<String> HELP = Set.of("hotline", "helpline", "helplines", "hotlines", "prevention",
			"lifeline", "counselling", "counseling", "counsellor", "counselor", "samaritans", "shelter", "awareness",
			"confidential", "survivors", "therapist");

	private static final Set<String> FICTION = Set.of("film", "films", "movie", "novel", "novels", "book", "books",
			"mystery", "scene", "series", "episode", "musical", "opera", "theatre", "theater", "fiction", "comic",
			"documentary");

	/** Whoever writes of sexual crimes is not explicit. */
	private static final Set<String> CRIME = Set.of("assault", "assaults", "assaulted", "predator", "predators",
			"harassment", "harassed", "abuse", "abused", "allegation", "allegations", "accused", "accusations",
			"victim", "victims", "offender", "offenders", "convicted", "trial");

	private static final Set<String> TOLD_BY = Set.of("called", "calls", "told", "said", "says", "shouted", "report",
			"reported", "reporting");

	private static final Set<String> ADDRESSED = Set.of("you", "your", "you're", "youre", "u", "ur", "yourself");

	private Context() {
	}

	/** Whether the terms of {@code category} in a post mean what they seem to. */
	static boolean isMeant(Category category, Evidence.Score score, LocalWish.Post post) {
		if (score.sum() >= BEYOND_DOUBT) {
			return true;
		}
		boolean single = score.sum() == score.strongest();
		return switch (category) {
			case SCAM -> score.sum() > Evidence.ENOUGH + 1 || post.margins().getOrDefault("spam", 0f) > NOTHING;
			case VIOLENCE -> !excluded(post) && !has(post, HELP) && !(single && has(post, FICTION));
			case SELF_HARM -> !has(post, HELP) && !(single && has(post, FICTION));
			case SEXUAL -> !has(post, HELP) && !(single && (has(post, FICTION) || has(post, CRIME)));
			case GAMBLING, CRYPTO -> !(single && has(post, FICTION));
			case HARASSMENT -> !excluded(post) && !(has(post, TOLD_BY) && !has(post, ADDRESSED)
					&& post.margins().getOrDefault("offensive", 0f) < TOLD);
			default -> true;
		};
	}

	/** Whether a post is so short that heads have nothing to go by but its terms. */
	static boolean isShort(LocalWish.Post post) {
		return post.features().words().size() <= SHORT;
	}

	/**
	 * Whether the head for insults finds nothing in a post that is long enough to tell.
	 */
	private static boolean excluded(LocalWish.Post post) {
		return !isShort(post) && post.margins().getOrDefault("offensive", 0f) < NOT_OFFENSIVE;
	}

	private static boolean has(LocalWish.Post post, Set<String> words) {
		for (String word : post.features().words()) {
			if (words.contains(word)) {
				return true;
			}
		}
		return false;
	}

}
