package io.clearview.classifier.model.lexical;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads a preference: one pass over its words, in which each {@link Cue} decides what
 * becomes of the things named after it. One reader reads one preference.
 */
public final class WishReader {

	private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}']*|[.;!?,:&/()|+\\n]|--");

	/** Words after which a preference names at whom something is aimed. */
	private static final Set<String> AGAINST = Set.of("against", "towards", "toward", "targeting");

	/** More topics than this are more than anybody means. */
	private static final int MOST_TOPICS = 64;

	private final TopicReader topics;

	private final List<Topic> hide = new ArrayList<>();

	private final List<Topic> keep = new ArrayList<>();

	private Wish.Scope scope = Wish.Scope.NAMED;

	/** Words of the thing that is being named. */
	private final List<String> words = new ArrayList<>();

	/** Cues since the last thing that was named. */
	private final List<Cue> cues = new ArrayList<>();

	/** What becomes of what is named now. */
	private boolean hiding = true;

	/** Whether a cue said so, in this sentence. */
	private boolean explicit;

	/** Whether it was said with a "no" or "not". */
	private boolean negative;

	/** Whether something was named since. */
	private boolean named;

	/** Whether what was read last asks for more, as a comma or "except" does. */
	private boolean unfinished;

	/** Whether something that was named could not be made sense of. */
	private boolean lost;

	/** What was named since the last comma: an "is fine" behind it still changes it. */
	private final List<Topic> recent = new ArrayList<>();

	private WishReader(TopicReader topics) {
		this.topics = topics;
	}

	/** Reads one preference. */
	public static Wish read(String preference, TopicReader topics) {
		WishReader reader = new WishReader(topics);
		reader.read(tokens(preference));
		return new Wish(List.copyOf(reader.hide), List.copyOf(reader.keep), reader.scope,
				reader.understood(preference));
	}

	/**
	 * Whether everything was understood: each thing that was named, and at least one, in
	 * the language that the cues are in.
	 */
	private boolean understood(String preference) {
		boolean something = !this.hide.isEmpty() || !this.keep.isEmpty() || this.scope == Wish.Scope.ALL;
		return something && !this.lost && !ForeignWords.in(preference);
	}

	private static List<String> tokens(String preference) {
		List<String> tokens = new ArrayList<>();
		Matcher matcher = TOKEN.matcher(preference.toLowerCase(Locale.ROOT).replace('’', '\''));
		while (matcher.find()) {
			tokens.add(matcher.group());
		}
		return tokens;
	}

	private void read(List<String> tokens) {
		for (int i = 0; i < tokens.size();) {
			String token = tokens.get(i);
			if (!Character.isLetterOrDigit(token.charAt(0))) {
				separator(token);
				i++;
				continue;
			}
			if (AGAINST.contains(token) && !this.words.isEmpty()) {
				i = afterTarget(tokens, i + 1);
				continue;
			}
			int cueLength = cueLength(tokens, i);
			int nameLength = this.topics.nameLength(tokens, i);
			if (cueLength > nameLength || (cueLength > 0 && cueLength == nameLength && cueLength > 1)) {
				cue(cueOf(tokens, i, cueLength));
				i += cueLength;
			}
			else {
				int taken = Math.max(1, nameLength);
				for (String word : tokens.subList(i, i + taken)) {
					word(word, nameLength > 0);
				}
				i += taken;
			}
		}
		endOfSentence();
	}

	/**
	 * Skips at whom something is aimed: "hate against women and immigrants" is hate, and
	 * posts about women are to be shown.
	 */
	private static int afterTarget(List<String> tokens, int from) {
		int i = from;
		while (i < tokens.size()) {
			int length = cueLength(tokens, i);
			if (!Character.isLetterOrDigit(tokens.get(i).charAt(0))
					|| (length > 0 && cueOf(tokens, i, length) != Cue.AND)) {
				return i;
			}
			i += Math.max(1, length);
		}
		return i;
	}

	private static int cueLength(List<String> tokens, int from) {
		for (int length = Math.min(Cue.LONGEST, tokens.size() - from); length > 0; length--) {
			if (Cue.of(tokens.subList(from, from + length)) != null) {
				return length;
			}
		}
		return 0;
	}

	private static Cue cueOf(List<String> tokens, int from, int length) {
		@Nullable Cue cue = Cue.of(tokens.subList(from, from + length));
		if (cue == null) {
			throw new IllegalStateException("no cue where one was found");
		}
		return cue;
	}

	private void separator(String token) {
		switch (token) {
			case ".", ";", "!", "?" -> endOfSentence();
			case "\n" -> endOfLine();
			case ",", "(", ")", "--" -> {
				name();
				this.recent.clear();
			}
			default -> name();
		}
		this.unfinished = switch (token) {
			case ",", ":", "&", "/", "|", "+" -> true;
			case "\n" -> this.unfinished;
			default -> false;
		};
	}

	/** A line is a clause, unless it ends unfinished or goes on with a list of "only". */
	private void endOfLine() {
		name();
		if (!this.unfinished && (this.hiding || this.scope != Wish.Scope.OTHERS)) {
			endOfSentence();
		}
		this.recent.clear();
	}

	private void word(String word, boolean partOfName) {
		if (!partOfName && this.topics.saysNothing(word)) {
			return;
		}
		resolve();
		this.unfinished = false;
		this.words.add(word);
	}

	private void cue(Cue cue) {
		this.unfinished = switch (cue) {
			case FINE, NOT_FINE, ALL -> false;
			default -> true;
		};
		switch (cue) {
			case AND -> name();
			case FINE, NOT_FINE -> {
				name();
				turn(cue == Cue.NOT_FINE ^ this.cues.contains(Cue.NOT));
			}
			default -> {
				name();
				if (cue != Cue.ALL) {
					this.recent.clear();
				}
				this.cues.add(cue);
			}
		}
	}

	/** Ends the thing that is being named. */
	private void name() {
		if (this.words.isEmpty()) {
			return;
		}
		Topic topic = this.topics.read(this.words, role());
		this.words.clear();
		this.lost |= topic == null;
		if (topic != null && this.hide.size() + this.keep.size() < MOST_TOPICS) {
			(this.hiding ? this.hide : this.keep).add(topic);
			this.recent.add(topic);
		}
		this.named = true;
	}

	private TopicReader.Role role() {
		if (this.hiding) {
			return this.explicit ? TopicReader.Role.HIDDEN : TopicReader.Role.LISTED;
		}
		return (this.scope == Wish.Scope.OTHERS) ? TopicReader.Role.ONLY : TopicReader.Role.EXCEPTED;
	}

	/** Of the things named last: they are to be hidden, or kept, after all. */
	private void turn(boolean toHide) {
		this.hide.removeAll(this.recent);
		this.keep.removeAll(this.recent);
		(toHide ? this.hide : this.keep).addAll(this.recent);
		this.cues.clear();
	}

	/** Decides from the cues what becomes of the thing that is about to be named. */
	private void resolve() {
		if (this.cues.isEmpty()) {
			return;
		}
		int verb = -1;
		for (int i = 0; i < this.cues.size(); i++) {
			verb = switch (this.cues.get(i)) {
				case HIDE, NO, KEEP -> i;
				default -> verb;
			};
		}
		boolean only = this.cues.contains(Cue.ONLY);
		if (verb >= 0) {
			boolean negated = this.cues.subList(0, verb).contains(Cue.NOT);
			this.hiding = (this.cues.get(verb) != Cue.KEEP) ^ negated;
			this.negative = negated || this.cues.get(verb) == Cue.NO;
			this.explicit = true;
			this.named = false;
		}
		Set<Cue> behind = new LinkedHashSet<>(this.cues.subList(verb + 1, this.cues.size()));
		this.cues.clear();
		exception(behind);
		if (only && !this.hiding) {
			this.scope = Wish.Scope.OTHERS;
		}
		else if (only && !this.explicit) {
			this.hiding = false;
			this.scope = Wish.Scope.OTHERS;
		}
	}

	/** Turns round for "except", "but" and "not" that no other cue follows. */
	private void exception(Set<Cue> behind) {
		boolean exception = behind.contains(Cue.EXCEPT) || behind.contains(Cue.BUT);
		if (!exception && !behind.contains(Cue.NOT)) {
			return;
		}
		if (this.hiding && !this.explicit && !this.named) {
			// "not politics", with nothing before it
			this.explicit = true;
			this.negative = true;
		}
		else if (this.hiding && !exception && this.negative && this.named) {
			// "no spam, not politics"
			return;
		}
		else if (this.hiding && !this.named && this.hide.isEmpty()) {
			// "hide everything except cooking"
			this.hiding = false;
			this.scope = Wish.Scope.OTHERS;
		}
		else {
			this.hiding = !this.hiding;
			this.explicit = true;
		}
	}

	private void endOfSentence() {
		name();
		if (this.cues.contains(Cue.ALL) && !this.named) {
			resolve();
			if (this.hiding && this.explicit && this.scope == Wish.Scope.NAMED) {
				this.scope = Wish.Scope.ALL;
			}
		}
		this.cues.clear();
		this.recent.clear();
		this.hiding = true;
		this.explicit = false;
		this.negative = false;
		this.named = false;
	}

}
