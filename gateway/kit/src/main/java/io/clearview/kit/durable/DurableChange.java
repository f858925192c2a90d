package io.clearview.kit.durable;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Fields that are merged into one document. Applying a change twice has the effect of
 * applying it once, so a change whose outcome is unknown can be sent again.
 *
 * @param collection where the document is
 * @param id its name within the collection
 * @param fields the values to set; a map is merged into the map that is there, key by
 * key, and everything else replaces what is there
 */
public record DurableChange(String collection, String id, Map<String, Object> fields) {

	/** The most bytes that a document's name may have in Firestore. */
	private static final int LONGEST_ID = 1_500;

	/** Names of fields that need no quoting in Firestore's field paths. */
	private static final Pattern FIELD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

	public DurableChange {
		if (id.isEmpty() || id.length() > LONGEST_ID || id.indexOf('/') >= 0 || id.startsWith(".")
				|| id.startsWith("__")) {
			throw new IllegalArgumentException(
					"A document's name must have 1 to 1500 characters, no slash and no leading dot or '__'");
		}
		fields.forEach(DurableChange::validate);
		fields = Map.copyOf(fields);
	}

	/**
	 * This change followed by another of the same document.
	 * @param later the change whose values win
	 * @return one change with the effect of both
	 */
	public DurableChange then(DurableChange later) {
		return new DurableChange(this.collection, this.id, merge(this.fields, later.fields));
	}

	private static void validate(Object name, Object value) {
		if (!(name instanceof String text) || !FIELD.matcher(text).matches()) {
			throw new IllegalArgumentException(
					"A field's name must match " + FIELD.pattern() + ", but is '" + name + "'");
		}
		if (value instanceof Map<?, ?> nested) {
			nested.forEach(DurableChange::validate);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> merge(Map<String, Object> earlier, Map<String, Object> later) {
		Map<String, Object> merged = new HashMap<>(earlier);
		later.forEach((name, value) -> merged.merge(name, value,
				(before, after) -> (before instanceof Map<?, ?> && after instanceof Map<?, ?>)
						? merge((Map<String, Object>) before, (Map<String, Object>) after) : after));
		return merged;
	}

}
