package io.clearview.classifier.model.lexical;

import java.util.List;
import java.util.Set;

/**
 * One thing a preference names: "crypto", "crypto scams", "star wars spoilers".
 *
 * @param concepts categories, each any one of a set; a post is about the topic if it is
 * about the first of them and has a hint of every other
 * @param words free words, each in the forms it may take, all of which the post must have
 * @param names the names of categories, as the preference has them
 * @param free the free words as the preference has them, separated by spaces
 */
public record Topic(List<Set<Category>> concepts, List<Set<String>> words, List<String> names, String free) {

	Topic(List<Set<Category>> concepts, List<Set<String>> words) {
		this(concepts, words, List.of(), "");
	}

	/** Whether the post is about this. */
	public boolean matches(Evidence evidence, int bar) {
		for (int i = 0; i < this.concepts.size(); i++) {
			int needed = (i == 0) ? bar : Evidence.HINT;
			if (this.concepts.get(i).stream().noneMatch((category) -> evidence.about(category, needed))) {
				return false;
			}
		}
		for (Set<String> forms : this.words) {
			if (forms.stream().noneMatch(evidence.stems()::contains)) {
				return false;
			}
		}
		return true;
	}

}
