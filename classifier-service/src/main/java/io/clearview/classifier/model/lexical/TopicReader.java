package io.clearview.classifier.model.lexical;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.jspecify.annotations.Nullable;

/** Reads one thing that a preference names, such as "political memes". */
public final class TopicReader {

	/** What a preference is always about, so that naming it says nothing. */
	private static final Set<String> FILLERS = Set.of("a", "about", "account", "ad", "am", "anyone", "article", "ask",
			"be", "been", "being", "bit", "board", "bunch", "bullshit", "comment", "concerning", "contain", "contains",
			"containing", "content", "contents", "crap", "debate", "debates", "discuss", "discussing", "discussion",
			"discussions", "do", "drama", "else", "etc", "ever", "feature", "featuring", "feed", "feeds", "from", "get",
			"give", "go", "going", "has", "have", "having", "he", "help", "here", "his", "how", "i", "image", "images",
			"involve", "involves", "involving", "item", "items", "just", "kind", "kinds", "kindly", "know", "language",
			"let", "link", "links", "look", "looking", "lot", "lots", "make", "makes", "making", "many", "material",
			"matter", "me", "media", "meme", "memes", "mention", "mentioning", "mentions", "message", "messages",
			"more", "most", "much", "my", "myself", "nonsense", "of", "one", "ones", "opinion", "opinions", "other",
			"others", "our", "out", "over", "page", "people", "person", "photo", "photos", "pic", "pics", "picture",
			"pictures", "piece", "please", "pls", "plz", "post", "posted", "posting", "posts", "prefer", "promote",
			"promotes", "promoting", "promotion", "promotions", "purely", "put", "really", "refer", "referring",
			"regarding", "related", "relate", "relates", "relating", "remotely", "reply", "replies", "rant", "rants",
			"rubbish", "said", "say", "saying", "says", "she", "should", "site", "so", "some", "someone", "something",
			"sort", "sorts", "speech", "story", "stories", "stuff", "subject", "take", "takes", "talk", "talking",
			"talks", "tell", "text", "thanks", "their", "them", "there", "these", "thing", "things", "those", "thread",
			"threads", "timeline", "today", "too", "topic", "topics", "tweet", "tweets", "type", "types", "up", "us",
			"use", "user", "users", "very", "video", "videos", "we", "what", "whatever", "when", "where", "which",
			"who", "whose", "why", "would", "x", "you", "your", "want", "wanting", "like", "hype", "bro", "bros",
			"shill", "shilling", "influencer", "influencers");

	/** Who wrote a post, which its text does not tell. */
	private static final Set<String> AUTHORS = Set.of("friend", "friends", "family", "follow", "following", "followed",
			"followers", "mutuals", "verified", "work", "coworkers", "colleagues", "fun", "funny", "good",
			"interesting", "nice", "normal", "safe", "positive", "real", "actual", "serious", "important", "useful",
			"relevant");

	/** In a topic of more free words nobody can tell which ones matter. */
	private static final int MOST_WORDS = 6;

	/** And this many, where no cue said that it is a topic at all. */
	private static final int MOST_WORDS_UNSAID = 2;

	private final Lexicon lexicon;

	private final English english = new English();

	public TopicReader(Lexicon lexicon) {
		this.lexicon = lexicon;
	}

	/** Whether {@code word} names nothing. */
	boolean saysNothing(String word) {
		int apostrophe = word.indexOf('\'');
		String whole = (apostrophe > 0) ? word.substring(0, apostrophe) : word;
		return FILLERS.contains(whole) || EnglishAnalyzer.ENGLISH_STOP_WORDS_SET.contains(whole);
	}

	/** How many of {@code words}, beginning at {@code from}, name a category; or 0. */
	int nameLength(List<String> words, int from) {
		int end = from;
		while (end < words.size() && end - from < Cue.LONGEST && Character.isLetterOrDigit(words.get(end).charAt(0))) {
			end++;
		}
		Lexicon.Name name = this.lexicon.name(stems(words.subList(from, end)), 0);
		return (name != null) ? Math.min(name.stems().size(), end - from) : 0;
	}

	/**
	 * Reads the words between two cues or separators. Beside the name of a category,
	 * other words count only in an exception: "no american politics" is no politics, but
	 * "except local politics" keeps no other.
	 * @return {@code null} if they name nothing that could be found in a text
	 */
	@Nullable Topic read(List<String> words, Role role) {
		boolean hiding = role == Role.HIDDEN || role == Role.LISTED;
		List<String> stems = stems(words);
		List<Set<Category>> concepts = new ArrayList<>();
		List<String> names = new ArrayList<>();
		Set<Set<String>> free = new LinkedHashSet<>();
		StringJoiner text = new StringJoiner(" ");
		for (int i = 0; i < stems.size();) {
			Lexicon.Name name = this.lexicon.name(stems, i);
			if (name != null) {
				concepts.add(name.categories());
				names.add(String.join(" ", words.subList(i, i + name.stems().size())));
				i += name.stems().size();
			}
			else {
				if (!saysNothing(words.get(i)) && (hiding || !AUTHORS.contains(words.get(i)))) {
					free.add(forms(stems.get(i)));
					text.add(words.get(i));
				}
				i++;
			}
		}
		if (free.size() > 1 || !concepts.isEmpty()) {
			free.remove(forms("news"));
		}
		if (!concepts.isEmpty()) {
			return new Topic(narrowed(concepts), (role == Role.EXCEPTED) ? List.copyOf(free) : List.of(), names,
					text.toString());
		}
		int most = (role == Role.LISTED) ? MOST_WORDS_UNSAID : MOST_WORDS;
		return (free.isEmpty() || free.size() > most) ? null
				: new Topic(List.of(), List.copyOf(free), List.of(), text.toString());
	}

	/**
	 * "Crypto scams" are both, "crypto spam gambling" is a list, and "graphic violence"
	 * is violence.
	 */
	private static List<Set<Category>> narrowed(List<Set<Category>> concepts) {
		List<Set<Category>> distinct = concepts.stream().distinct().toList();
		if (distinct.size() == 2) {
			if (distinct.get(0).containsAll(distinct.get(1))) {
				return List.of(distinct.get(1));
			}
			return distinct.get(1).containsAll(distinct.get(0)) ? List.of(distinct.get(0)) : distinct;
		}
		return List.of(distinct.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet()));
	}

	private List<String> stems(List<String> words) {
		return words.stream().map((word) -> String.join("", this.english.stems(word))).toList();
	}

	/**
	 * The stem, and what it would be of the verb's other forms: knit, knitting, baker.
	 */
	private static Set<String> forms(String stem) {
		Set<String> forms = new LinkedHashSet<>(List.of(stem));
		if (stem.endsWith("ing") && stem.length() > 5) {
			String verb = stem.substring(0, stem.length() - 3);
			int last = verb.length() - 1;
			boolean doubled = verb.charAt(last) == verb.charAt(last - 1);
			forms.addAll(List.of(verb, doubled ? verb.substring(0, last) : verb + "e"));
		}
		else if (stem.length() > 3) {
			String root = stem.endsWith("e") ? stem.substring(0, stem.length() - 1) : stem;
			forms.addAll(List.of(root + "ing", root + root.charAt(root.length() - 1) + "ing", root + "er"));
		}
		return forms;
	}

	/** What becomes of a topic. */
	enum Role {

		/** Hidden, as a cue said. */
		HIDDEN,

		/** Hidden, because a preference without cues is a list of what to hide. */
		LISTED,

		/** An exception from what is hidden. */
		EXCEPTED,

		/** All that is shown. */
		ONLY

	}

}
