package io.clearview.classifier.model.lexical;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Words of a preference that say what is to be done with the things it names. */
enum Cue {

	/** What follows is to be hidden. */
	HIDE("""
			block, blocks, blocking, hide, hiding, filter, filter out, filtering, remove, removing, mute, muting,
			exclude, avoid, ban, drop, skip, delete, reject, ignore, eliminate, censor, suppress, screen out,
			weed out, get rid of, rid me of, tired of, sick of, fed up with, less, fewer, reduce, limit, i hate,
			i dislike, i despise, we hate, not interested in, not a fan of, no interest in, don't like,
			do not like, dont like, don't care about, do not care about, annoyed by, offended by,
			protect me from, instead of, rather than, hates, upset by, triggered by
			"""),

	/** What follows is to be hidden, and so is what "not" follows after it. */
	NO("""
			no, no more, nothing, none of, zero, never any
			"""),

	/** What follows is to be kept. */
	KEEP("""
			keep, keeping, show, shows me, showing, allow, allowing, permit, include, including, let through,
			leave, leave in, retain, whitelist, display, see, seeing, want, wants, i like, i love, i enjoy,
			we like, we love, i prefer, interested in, love, enjoy, need, no problem with, don't mind,
			do not mind, dont mind, fine with, ok with, okay with, care about, i would like, i'd like, hear, read
			"""),

	/** Turns round what follows it, or makes it an exception. */
	NOT("""
			not, don't, dont, do not, doesn't, does not, isn't, is not, aren't, are not, never, can't, cannot,
			can not, can't stand, cannot stand, won't, stop, quit, without
			"""),

	/** What follows is an exception from what stands before. */
	EXCEPT("""
			except, except for, excepting, unless, other than, apart from, aside from, besides, not about,
			isn't about, is not about, aren't about, are not about, unrelated to, not related to,
			with the exception of, excluding, save for, outside of
			"""),

	/** An exception, unless the next cue says what is to be done. */
	BUT("""
			but, however, yet, though, although, while, whereas
			"""),

	/** What follows is the only thing to keep, or the only thing to hide. */
	ONLY("""
			only, just, exclusively, solely, nothing but
			"""),

	/** Says of what stands before that it is to be kept. */
	FINE("""
			is fine, are fine, is ok, are ok, is okay, are okay, is allowed, are allowed, is welcome,
			are welcome, is good, are good, is alright, are alright, should stay, can stay, may stay, fine, ok,
			okay, doesn't bother me, don't bother me
			"""),

	/** Says of what stands before that it is to be hidden. */
	NOT_FINE("""
			is not fine, are not fine, is not ok, are not ok, is not okay, are not okay, is not allowed,
			are not allowed, isn't ok, aren't ok, isn't allowed, aren't allowed, is not welcome, are not welcome,
			should go, must go, isn't okay, aren't okay, not ok, not okay, not allowed, not welcome, annoys me,
			annoy me, bothers me, bother me, upsets me, upset me, disgusts me
			"""),

	/** Names everything there is. */
	ALL("""
			everything, anything, all, every, any, all posts, everyone, all of it
			"""),

	/** Stands between two things of a list. */
	AND("""
			and, or, nor, plus, also, as well as, especially, such as, like, namely, e.g, eg, particularly
			""");

	/** In most words a cue has. */
	static final int LONGEST = 4;

	private static final Pattern COMMA = Pattern.compile(",\\s+");

	private static final Map<List<String>, Cue> BY_WORDS = new HashMap<>();

	static {
		for (Cue cue : values()) {
			COMMA.splitAsStream(cue.phrases.strip()).forEach((phrase) -> BY_WORDS.put(List.of(phrase.split(" ")), cue));
		}
	}

	private final String phrases;

	Cue(String phrases) {
		this.phrases = phrases;
	}

	/** The cue that is spelt exactly so, if there is one. */
	static @Nullable Cue of(List<String> words) {
		return BY_WORDS.get(words);
	}

}
