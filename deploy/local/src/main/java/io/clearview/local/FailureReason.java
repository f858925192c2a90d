package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds in a log why the process that wrote it ended, in one line. */
final class FailureReason {

	private static final int MAX_LENGTH = 400;

	private FailureReason() {
	}

	static String in(Path log) {
		try {
			List<String> lines = Files.readAllLines(log).stream().filter((line) -> !line.isBlank()).toList();
			String reason = lines.isEmpty() ? "it wrote nothing" : analysed(lines);
			return (reason.length() <= MAX_LENGTH) ? reason : reason.substring(0, MAX_LENGTH) + "...";
		}
		catch (IOException ex) {
			return "its log cannot be read";
		}
	}

	/**
	 * What Spring Boot's failure analysis says, else the last line that is no stack
	 * frame.
	 */
	private static String analysed(List<String> lines) {
		int description = lines.lastIndexOf("Description:");
		int action = lines.lastIndexOf("Action:");
		if (description >= 0) {
			int end = (action > description) ? action : Math.min(lines.size(), description + 6);
			return String.join(" ", lines.subList(description + 1, end)).replaceAll("\\s+", " ").strip();
		}
		return lines.reversed()
			.stream()
			.filter((line) -> !line.startsWith("\tat ") && !line.startsWith("\t..."))
			.findFirst()
			.orElse("it wrote nothing of use")
			.strip();
	}

}
