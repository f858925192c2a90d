package io.clearview.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Labelled posts.
 *
 * @param posts in the order of the file
 */
record Dataset(List<Labelled> posts) {

	/**
	 * One post.
	 *
	 * @param task what it was labelled for
	 * @param preference the wish that the label belongs to
	 * @param hidden whether a person would hide it
	 */
	record Labelled(String task, String preference, boolean hidden, String text) {
	}

	/**
	 * Reads lines of task, preference, label (ALLOW or BLOCK) and text, separated by
	 * tabs.
	 */
	static Dataset read(Path file) throws IOException {
		List<Labelled> posts = new ArrayList<>();
		int number = 0;
		for (String line : Files.readAllLines(file)) {
			number++;
			String[] columns = line.split("\t", 4);
			if (columns.length < 4) {
				throw new IOException("%s, line %d: %d columns, expected task, preference, label, text".formatted(file,
						number, columns.length));
			}
			if (!columns[2].equals("ALLOW") && !columns[2].equals("BLOCK")) {
				if (number == 1) {
					continue;
				}
				throw new IOException(
						"%s, line %d: label is '%s', expected ALLOW or BLOCK".formatted(file, number, columns[2]));
			}
			posts.add(new Labelled(columns[0], columns[1], columns[2].equals("BLOCK"), columns[3]));
		}
		return new Dataset(List.copyOf(posts));
	}

	/** Posts by task, in the order of the file. */
	Map<String, List<Labelled>> byTask() {
		Map<String, List<Labelled>> tasks = new LinkedHashMap<>();
		this.posts.forEach((post) -> tasks.computeIfAbsent(post.task(), (_) -> new ArrayList<>()).add(post));
		return tasks;
	}

}
