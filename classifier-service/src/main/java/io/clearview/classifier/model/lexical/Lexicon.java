package io.clearview.classifier.model.lexical;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The built-in terms, indexed by their first stem. A term of several words is also found
 * written as one, as in a hashtag. Immutable.
 */
public final class Lexicon {

	private final Map<String, List<Term>> terms = new HashMap<>();

	private final Map<String, List<Name>> names = new HashMap<>();

	private final English disguised;

	private final String version;

	private int size;

	/** Reads the lists that come with the code. */
	public Lexicon() {
		English plain = new English();
		MessageDigest digest = sha256();
		List<Category> categories = new ArrayList<>();
		List<TermFile.Weighted> listed = new ArrayList<>();
		Map<List<String>, EnumSet<Category>> named = new HashMap<>();
		for (Category category : Category.values()) {
			TermFile file = TermFile.of(category);
			digest.update(file.text().getBytes(StandardCharsets.UTF_8));
			for (List<String> stems : plain.stemsOfEach(file.names())) {
				named.computeIfAbsent(stems, (_) -> EnumSet.noneOf(Category.class)).add(category);
			}
			for (TermFile.Weighted term : file.terms()) {
				categories.add(category);
				listed.add(term);
			}
		}
		named.forEach((stems, of) -> this.names.computeIfAbsent(stems.getFirst(), (_) -> new ArrayList<>())
			.add(new Name(stems, of)));
		List<List<String>> words = new ArrayList<>(listed.size());
		List<String> joined = new ArrayList<>(listed.size());
		List<String> spelt = new ArrayList<>(listed.size());
		for (TermFile.Weighted term : listed) {
			spelt.add(term.words());
			words.add(words(term.words()));
			joined.add(String.join("", words.getLast()));
		}
		List<List<String>> stems = plain.stemsOfEach(spelt);
		List<List<String>> stemsOfJoined = plain.stemsOfEach(joined);
		Set<String> known = HashSet.newHashSet(2 * listed.size());
		for (int i = 0; i < listed.size(); i++) {
			if (stems.get(i).isEmpty()) {
				throw new IllegalStateException(categories.get(i).resource() + ": '" + spelt.get(i) + "' has no word");
			}
			known.addAll(words.get(i));
			int weight = listed.get(i).weight();
			int id = index(categories.get(i), weight, stems.get(i), this.size++);
			if (stems.get(i).size() > 1) {
				known.add(joined.get(i));
				index(categories.get(i), weight, stemsOfJoined.get(i), id);
			}
		}
		this.disguised = new English(known);
		this.version = HexFormat.of().formatHex(digest.digest(), 0, 4);
	}

	/** The parts of a term between spaces and hyphens. */
	private static List<String> words(String term) {
		List<String> words = new ArrayList<>(3);
		int from = 0;
		for (int i = 0; i <= term.length(); i++) {
			if (i == term.length() || term.charAt(i) == ' ' || term.charAt(i) == '-') {
				words.add(term.substring(from, i));
				from = i + 1;
			}
		}
		return words;
	}

	/** Words of one stem are one term, of the greatest weight that any of them has. */
	private int index(Category category, int weight, List<String> stems, int id) {
		List<Term> alike = this.terms.computeIfAbsent(stems.getFirst(), (_) -> new ArrayList<>());
		for (int i = 0; i < alike.size(); i++) {
			Term other = alike.get(i);
			if (other.category() == category && other.stems().equals(stems)) {
				alike.set(i, new Term(other.id(), category, Math.max(weight, other.weight()), stems));
				return other.id();
			}
		}
		alike.add(new Term(id, category, weight, stems));
		return id;
	}

	/** Changes whenever a list does. */
	public String version() {
		return this.version;
	}

	/** Looks for every term in {@code post}. */
	public Evidence read(String post) {
		List<String> stems = this.disguised.stems(post);
		Map<Category, Evidence.Score> scores = new EnumMap<>(Category.class);
		BitSet found = new BitSet(this.size);
		for (int i = 0; i < stems.size(); i++) {
			for (Term term : this.terms.getOrDefault(stems.get(i), List.of())) {
				if (!found.get(term.id()) && startsAt(stems, i, term.stems())) {
					found.set(term.id());
					scores.merge(term.category(), new Evidence.Score(term.weight(), term.weight()),
							Evidence.Score::and);
				}
			}
		}
		return new Evidence(scores, new HashSet<>(stems), stems.size());
	}

	/** The longest name of categories that stands in {@code stems} at {@code from}. */
	@Nullable Name name(List<String> stems, int from) {
		Name longest = null;
		for (Name name : this.names.getOrDefault(stems.get(from), List.of())) {
			if ((longest == null || name.stems().size() > longest.stems().size())
					&& startsAt(stems, from, name.stems())) {
				longest = name;
			}
		}
		return longest;
	}

	private static boolean startsAt(List<String> stems, int from, List<String> term) {
		int length = term.size();
		if (from + length > stems.size()) {
			return false;
		}
		for (int i = 1; i < length; i++) {
			if (!stems.get(from + i).equals(term.get(i))) {
				return false;
			}
		}
		return true;
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	/**
	 * What a preference calls categories.
	 *
	 * @param categories of which it means any
	 */
	record Name(List<String> stems, Set<Category> categories) {
	}

	private record Term(int id, Category category, int weight, List<String> stems) {
	}

}
