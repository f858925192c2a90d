package io.clearview.classifier.model.openai;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.clearview.classifier.model.Label;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Finds the labels in what a model wrote: {@code {"labels":[{"id":1,"label":"ALLOW"}]}},
 * the bare list, or {@code {"1":"ALLOW"}}, with chatter or code fences around it or the
 * end missing. A label counts only under the number of a post that was asked; a number
 * that gets two different labels has none.
 */
final class AnswerReader {

	private static final JsonFactory JSON = new JsonFactory();

	/** In chatter there may be brackets; so many are tried. */
	private static final int MOST_STARTS = 8;

	/**
	 * Where labels may stand: in an object, a list of objects, and either as the value of
	 * an object. What is deeper is about a post and says nothing of another.
	 */
	private static final Set<String> CONTAINERS = Set.of("{", "[", "[{", "{[", "{{", "{[{");

	private static final String END_OF_THOUGHT = "</think>";

	private final int posts;

	private final Map<Integer, Label> labels = new HashMap<>();

	private final Set<Integer> contradicted = new HashSet<>();

	private AnswerReader(int posts) {
		this.posts = posts;
	}

	/**
	 * Reads an answer.
	 * @param posts how many were asked, with the numbers from 1
	 * @return labels by index from 0; empty if there are none
	 */
	static Map<Integer, Label> read(String answer, int posts) {
		int from = answer.lastIndexOf(END_OF_THOUGHT) + 1;
		for (int tries = 0; tries < MOST_STARTS; tries++) {
			int start = nextStart(answer, from);
			if (start < 0) {
				break;
			}
			AnswerReader reader = new AnswerReader(posts);
			reader.read(answer.substring(start));
			if (!reader.labels.isEmpty() || !reader.contradicted.isEmpty()) {
				return reader.labels;
			}
			from = start + 1;
		}
		return Map.of();
	}

	private static int nextStart(String answer, int from) {
		for (int i = from; i < answer.length(); i++) {
			if (answer.charAt(i) == '{' || answer.charAt(i) == '[') {
				return i;
			}
		}
		return -1;
	}

	private void read(String json) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			read(parser);
		}
		catch (JacksonException _) {
			// what was complete until here counts
		}
	}

	private void read(JsonParser parser) {
		StringBuilder path = new StringBuilder();
		Integer id = null;
		Label label = null;
		for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
			switch (token) {
				case START_OBJECT, START_ARRAY -> {
					path.append((token == JsonToken.START_OBJECT) ? '{' : '[');
					if (!CONTAINERS.contains(path.toString())) {
						parser.skipChildren();
						path.setLength(path.length() - 1);
					}
					else {
						id = null;
						label = null;
					}
				}
				case END_OBJECT, END_ARRAY -> {
					put(id, label);
					id = null;
					label = null;
					path.setLength(path.length() - 1);
					if (path.isEmpty()) {
						return;
					}
				}
				case VALUE_STRING, VALUE_NUMBER_INT -> {
					String name = String.valueOf(parser.currentName());
					String value = parser.getString();
					switch (name) {
						case "id" -> id = number(value);
						case "label" -> label = label(value);
						default -> put(number(name), label(value));
					}
				}
				default -> {
				}
			}
		}
	}

	private void put(@Nullable Integer id, @Nullable Label label) {
		if (id == null || label == null) {
			return;
		}
		int index = id - 1;
		if (index < 0 || index >= this.posts || this.contradicted.contains(index)) {
			return;
		}
		Label before = this.labels.putIfAbsent(index, label);
		if (before != null && before != label) {
			this.labels.remove(index);
			this.contradicted.add(index);
		}
	}

	private static @Nullable Integer number(String value) {
		String digits = value.strip();
		if (digits.isEmpty() || digits.length() > 4 || !digits.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return null;
		}
		return Integer.valueOf(digits);
	}

	private static @Nullable Label label(String value) {
		String word = value.strip();
		if (word.equalsIgnoreCase("ALLOW")) {
			return Label.ALLOW;
		}
		return word.equalsIgnoreCase("BLOCK") ? Label.BLOCK : null;
	}

}
