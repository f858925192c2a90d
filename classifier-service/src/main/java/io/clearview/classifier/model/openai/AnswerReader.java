package io.clearview.classifier.model.openai;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.clearview.classifier.model.Label;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the labels in what a model wrote: {@code {"labels":[{"id":1,"label":"ALLOW"}]}},
 * the bare list, or {@code {"1":"ALLOW"}}, with chatter or code fences around it. An
 * answer is believed only if it is whole and consistent: an unknown id, an id with two
 * labels, JSON that is cut off after a label, two JSON values that contradict each other,
 * or reasoning without an end make all of it worthless.
 */
final class AnswerReader {

	private static final JsonFactory JSON = new JsonFactory();

	/** In chatter there may be brackets; so many are tried. */
	private static final int MOST_STARTS = 100;

	/**
	 * Where labels may stand: in an object, a list of objects, and either as the value of
	 * an object. What is deeper is about a post and says nothing of another.
	 */
	private static final Set<String> CONTAINERS = Set.of("{", "[", "[{", "{[", "{{", "{[{");

	private static final Pattern THOUGHT = Pattern.compile("<(/?)(think|thinking|thought|reasoning|analysis)>",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern CHANNEL = Pattern.compile("<\\|?(channel|message|start|end)\\|?>",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern FINAL_CHANNEL = Pattern
		.compile("<\\|channel\\|>\\s*final\\b[^<]*(<\\|[^|>]*\\|>[^<]*)?<\\|message\\|>", Pattern.CASE_INSENSITIVE);

	private static final Pattern PAGE = Pattern.compile("^\\s*<(!doctype|html|head|body)\\b", Pattern.CASE_INSENSITIVE);

	private static final Pattern ID = Pattern.compile("(?:post|id)?[\\s_#-]*(\\d{1,4})", Pattern.CASE_INSENSITIVE);

	private static final Pattern LABEL = Pattern.compile("(allow|block)[.,;:!]*", Pattern.CASE_INSENSITIVE);

	private final int posts;

	private final Map<Integer, Label> labels = new HashMap<>();

	private boolean doubtful;

	private AnswerReader(int posts) {
		this.posts = posts;
	}

	/**
	 * Reads an answer.
	 * @param posts how many were asked, with the numbers from 1
	 * @return labels by index from 0; empty if there are none or if they are in doubt
	 */
	static Map<Integer, Label> read(String answer, int posts) {
		String text = withoutThoughts(answer);
		if (text == null) {
			return Map.of();
		}
		Map<Integer, Label> all = new HashMap<>();
		Map<Integer, Label> last = Map.of();
		int from = 0;
		for (int tries = 0; tries < MOST_STARTS; tries++) {
			int start = nextStart(text, from);
			if (start < 0) {
				return last;
			}
			AnswerReader reader = new AnswerReader(posts);
			int length = reader.read(text.substring(start));
			if (reader.doubtful || (length < 0 && !reader.labels.isEmpty())) {
				return Map.of();
			}
			if (!reader.labels.isEmpty()) {
				for (Map.Entry<Integer, Label> entry : reader.labels.entrySet()) {
					Label before = all.put(entry.getKey(), entry.getValue());
					if (before != null && before != entry.getValue()) {
						return Map.of();
					}
				}
				last = reader.labels;
			}
			from = start + Math.max(1, length);
		}
		return Map.of();
	}

	/** What comes after reasoning; {@code null} if that has no end. */
	private static @Nullable String withoutThoughts(String answer) {
		if (PAGE.matcher(answer).find()) {
			return null;
		}
		String text = answer;
		if (CHANNEL.matcher(text).find()) {
			int end = -1;
			Matcher channel = FINAL_CHANNEL.matcher(text);
			while (channel.find()) {
				end = channel.end();
			}
			if (end < 0) {
				return null;
			}
			text = text.substring(end);
		}
		int end = 0;
		boolean open = false;
		Matcher thought = THOUGHT.matcher(text);
		while (thought.find()) {
			open = thought.group(1).isEmpty();
			end = thought.end();
		}
		return open ? null : text.substring(end);
	}

	private static int nextStart(String answer, int from) {
		for (int i = from; i < answer.length(); i++) {
			if (answer.charAt(i) == '{' || answer.charAt(i) == '[') {
				return i;
			}
		}
		return -1;
	}

	/** Length of the JSON value at the beginning; -1 if it is not whole. */
	private int read(String json) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
			return read(parser);
		}
		catch (JacksonException _) {
			return -1;
		}
	}

	private int read(JsonParser parser) {
		StringBuilder path = new StringBuilder();
		Entry entry = new Entry();
		for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
			switch (token) {
				case START_OBJECT, START_ARRAY -> {
					path.append((token == JsonToken.START_OBJECT) ? '{' : '[');
					if (!CONTAINERS.contains(path.toString())) {
						parser.skipChildren();
						path.setLength(path.length() - 1);
					}
					else {
						entry = new Entry();
					}
				}
				case END_OBJECT, END_ARRAY -> {
					put(entry);
					entry = new Entry();
					path.setLength(path.length() - 1);
					if (path.isEmpty()) {
						return (int) parser.currentLocation().getCharOffset();
					}
				}
				case PROPERTY_NAME -> {
				}
				default -> value(String.valueOf(parser.currentName()), parser.getString(), entry);
			}
		}
		return -1;
	}

	private void value(String name, String value, Entry entry) {
		switch (name) {
			case "id" -> {
				this.doubtful |= entry.hasId && !Objects.equals(entry.id, number(value));
				entry.hasId = true;
				entry.id = number(value);
			}
			case "label" -> {
				this.doubtful |= entry.hasLabel && entry.label != label(value);
				entry.hasLabel = true;
				entry.label = label(value);
			}
			default -> {
				Integer id = number(name);
				Label label = label(value);
				if (id != null && label != null) {
					put(id, label);
				}
			}
		}
	}

	private void put(Entry entry) {
		if (!entry.hasId || !entry.hasLabel) {
			return;
		}
		if (entry.id == null || entry.id < 1 || entry.id > this.posts) {
			this.doubtful = true;
		}
		else if (entry.label != null) {
			put(entry.id, entry.label);
		}
	}

	private void put(int id, Label label) {
		if (id < 1 || id > this.posts) {
			this.doubtful = true;
			return;
		}
		Label before = this.labels.putIfAbsent(id - 1, label);
		this.doubtful |= before != null && before != label;
	}

	private static @Nullable Integer number(String value) {
		Matcher id = ID.matcher(value.strip());
		return id.matches() ? Integer.valueOf(id.group(1)) : null;
	}

	private static @Nullable Label label(String value) {
		Matcher label = LABEL.matcher(value.strip());
		return label.matches() ? Label.valueOf(label.group(1).toUpperCase(Locale.ROOT)) : null;
	}

	/** An object of the list, as far as it is read. */
	private static final class Entry {

		private boolean hasId;

		private boolean hasLabel;

		private @Nullable Integer id;

		private @Nullable Label label;

	}

}
