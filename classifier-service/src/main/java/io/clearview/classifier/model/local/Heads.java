package io.clearview.classifier.model.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.clearview.classifier.model.lexical.English;
import io.clearview.classifier.model.lexical.Evidence;

/**
 * Finds the heads that a preference asks for, by the words it uses or words near to them.
 */
final class Heads {

	/** Cosine from which two ways to name a thing mean the same. */
	private static final float SAME = 0.72f;

	/** Cosine from which words have something to do with each other. */
	private static final float KIN = 0.2f;

	private final English english = new English();

	private final TextReader reader;

	private final Map<Head, Set<String>> named = new LinkedHashMap<>();

	private final Map<Head, List<float[]>> near = new LinkedHashMap<>();

	Heads(Weights weights, TextReader reader) {
		this.reader = reader;
		for (Head head : weights.heads()) {
			Set<String> names = new HashSet<>();
			this.english.stemsOfEach(head.wishes()).forEach((stems) -> names.add(String.join(" ", stems)));
			List<float[]> vectors = new ArrayList<>();
			for (String wish : head.wishes()) {
				vectors.add(reader.read(wish).mean());
			}
			this.named.put(head, names);
			this.near.put(head, vectors);
		}
	}

	/**
	 * Margins of the heads that {@link Context} checks terms against; none if none was
	 * found.
	 */
	Map<String, Float> checks(Features features, Evidence evidence) {
		if (evidence.scores().isEmpty()) {
			return Map.of();
		}
		Map<String, Float> checks = new HashMap<>();
		for (Head head : this.named.keySet()) {
			if (Context.CHECKS.contains(head.name())) {
				checks.put(head.name(), head.margin(features));
			}
		}
		return checks;
	}

	private String stems(String words) {
		return String.join(" ", this.english.stems(words));
	}

	/** Whether {@code words} are two or more that have little to do with each other. */
	boolean isName(String words) {
		String[] parts = words.split(" ");
		for (int i = 1; i < parts.length; i++) {
			float cosine = Embeddings.dot(this.reader.read(parts[i - 1]).mean(), this.reader.read(parts[i]).mean());
			if (cosine < KIN) {
				return true;
			}
		}
		return false;
	}

	/** Heads that are called exactly so. */
	List<Head> called(String words) {
		String stems = stems(words);
		List<Head> heads = new ArrayList<>();
		this.named.forEach((head, names) -> {
			if (names.contains(stems)) {
				heads.add(head);
			}
		});
		return heads;
	}

	/**
	 * Heads that are called so, or the one of which a name means most nearly the same.
	 */
	List<Head> meant(String words) {
		List<Head> called = called(words);
		if (!called.isEmpty()) {
			return called;
		}
		float[] vector = this.reader.read(words).mean();
		Head nearest = null;
		float best = SAME;
		for (Map.Entry<Head, List<float[]>> head : this.near.entrySet()) {
			for (float[] name : head.getValue()) {
				float cosine = Embeddings.dot(vector, name);
				if (cosine >= best) {
					best = cosine;
					nearest = head.getKey();
				}
			}
		}
		return (nearest != null) ? List.of(nearest) : List.of();
	}

}
