package io.clearview.classifier.model.lexical;

import java.util.Locale;

/**
 * What people name most when they say what they do and do not want to see. The names by
 * which a preference may call a category, and the terms that give a post away, are in
 * {@code lexicon/<category>.txt}.
 */
public enum Category {

	SPAM, SCAM, CRYPTO, POLITICS, VIOLENCE, SELF_HARM, SEXUAL, HARASSMENT, PROFANITY, GAMBLING, ENGAGEMENT_BAIT,
	SCIENCE, SPORTS;

	String resource() {
		return "/lexicon/" + name().toLowerCase(Locale.ROOT) + ".txt";
	}

}
