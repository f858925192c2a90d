package io.clearview.classifier.model.lexical;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code lexicon/<category>.txt} says. A line is {@code names:} or a weight,
 * {@code 3:}, {@code 2:} or {@code 1:}, with a list behind it, separated by commas.
 * {@code #} begins a comment.
 *
 * @param names by which a preference may call the category. Not of a part of it that
 * posts call by its name: "poker" is found in what it is about, and is not all gambling.
 * @param terms that give a post away
 * @param text the file as it is
 */
record TermFile(List<String> names, List<Weighted> terms, String text) {

	/**
	 * One word or several.
	 *
	 * @param weight 1 to 3; terms that add up to 3 decide
	 */
	record Weighted(String words, int weight) {
	}

	static TermFile of(Category category) {
		try (InputStream in = TermFile.class.getResourceAsStream(category.resource())) {
			if (in == null) {
				throw new IllegalStateException(category.resource() + " is missing");
			}
			return parse(category.resource(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(category.resource() + " cannot be read", ex);
		}
	}

	static TermFile parse(String file, String text) {
		List<String> names = new ArrayList<>();
		List<Weighted> terms = new ArrayList<>();
		for (String written : text.split("\n")) {
			String line = written.strip();
			if (line.isEmpty() || line.charAt(0) == '#') {
				continue;
			}
			int colon = line.indexOf(':');
			String kind = (colon < 0) ? line : line.substring(0, colon);
			String[] values = line.substring(colon + 1).split(",");
			switch (kind) {
				case "names" -> {
					for (String value : values) {
						names.add(value.strip());
					}
				}
				case "3", "2", "1" -> {
					for (String value : values) {
						terms.add(new Weighted(value.strip(), kind.charAt(0) - '0'));
					}
				}
				default -> throw new IllegalStateException(
						file + ": line begins with '" + kind + "', expected 'names:', '3:', '2:' or '1:'");
			}
		}
		return new TermFile(List.copyOf(names), List.copyOf(terms), text);
	}

}
