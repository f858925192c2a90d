package io.clearview.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a head is trained on and called: a line of {@code training/heads.txt}.
 *
 * @param tasks of the data that it learns from
 * @param falsePositives largest share of ordinary posts that it may hide
 * @param wishes what preferences call it
 */
record HeadSpec(String name, List<String> tasks, double falsePositives, List<String> wishes) {

	static List<HeadSpec> all() throws IOException {
		return lines("/training/heads.txt").stream().map((line) -> line.split("\\s*\\|\\s*")).map((columns) -> {
			if (columns.length != 4) {
				throw new IllegalStateException(
						"heads.txt: '%s' has %d columns, expected 4".formatted(columns[0], columns.length));
			}
			return new HeadSpec(columns[0], List.of(columns[1].split(",\\s*")), Double.parseDouble(columns[2]),
					List.of(columns[3].split(",\\s*")));
		}).toList();
	}

	static List<String> lines(String resource) throws IOException {
		try (InputStream in = HeadSpec.class.getResourceAsStream(resource)) {
			if (in == null) {
				throw new IOException(resource + " is missing");
			}
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.toList();
		}
	}

}
