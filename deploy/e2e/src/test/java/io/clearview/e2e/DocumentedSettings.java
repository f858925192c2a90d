package io.clearview.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The settings table of {@code docs/architecture.md}, as environment variables. */
final class DocumentedSettings {

	private static final Pattern ROW = Pattern.compile("^\\| (?:both|gateway|classifier) \\| ([^|]+) \\|",
			Pattern.MULTILINE);

	private static final Pattern NAME = Pattern.compile("`([^`]+)`");

	private DocumentedSettings() {
	}

	static Set<String> asVariables() throws IOException {
		String page = Files.readString(Project.root().resolve("docs/architecture.md"));
		Set<String> variables = new TreeSet<>();
		ROW.matcher(page)
			.results()
			.flatMap((row) -> NAME.matcher(row.group(1)).results())
			.map(DocumentedSettings::variable)
			.forEach(variables::add);
		return variables;
	}

	// as Spring Boot reads them: no dashes, an underscore for each dot
	private static String variable(MatchResult name) {
		return name.group(1).replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
	}

}
