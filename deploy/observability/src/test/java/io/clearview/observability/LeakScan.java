package io.clearview.observability;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds in logs what nobody may read there: posts and preferences, by words that stand in
 * those that tests send; tokens and signed assertions, by their form; and given secrets.
 */
final class LeakScan {

	/** Words of the tests' posts and preferences, and what only a post holds. */
	private static final List<String> WORDS = List.of("zqpost", "zqwish", "no adverts for my friends",
			"Filter harmful, explicit", "https://t.co/");

	/** Tokens as clients send them, signed assertions and API keys, by how they begin. */
	private static final Map<String, Pattern> FORMS = Map.of("Bearer ", Pattern.compile("Bearer [0-9a-f]{64}"), "eyJ",
			Pattern.compile("eyJ[\\w-]{10,}\\.eyJ"), "sk-", Pattern.compile("\\bsk-[\\w-]{8,}"));

	private static final Pattern PRINTED = Pattern.compile("<(system-out|system-err)><!\\[CDATA\\[(.*?)]]></\\1>",
			Pattern.DOTALL);

	private static final int SHOWN = 200;

	private final List<String> secrets;

	/**
	 * Makes one.
	 * @param secrets further texts that must not be there
	 */
	LeakScan(List<String> secrets) {
		this.secrets = List.copyOf(secrets);
	}

	/** Lines of a file that show something, cut short. */
	List<String> leaks(Path file) {
		CharsetDecoder lenient = StandardCharsets.UTF_8.newDecoder()
			.onMalformedInput(CodingErrorAction.REPLACE)
			.onUnmappableCharacter(CodingErrorAction.REPLACE);
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(Files.newInputStream(file), lenient))) {
			return leaks(lines.lines());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The same of what tests printed, as Surefire reports it. */
	List<String> leaksOfReport(Path report) {
		return PRINTED.matcher(Project.read(report))
			.results()
			.flatMap((printed) -> leaks(printed.group(2).lines()).stream())
			.toList();
	}

	/** The same of a text. */
	List<String> leaks(String text) {
		return leaks(text.lines());
	}

	private List<String> leaks(Stream<String> lines) {
		return lines.filter(this::shows).map((line) -> line.substring(0, Math.min(line.length(), SHOWN))).toList();
	}

	private boolean shows(String line) {
		return WORDS.stream().anyMatch(line::contains) || this.secrets.stream().anyMatch(line::contains)
				|| FORMS.entrySet()
					.stream()
					.anyMatch((form) -> line.contains(form.getKey()) && form.getValue().matcher(line).find());
	}

}
