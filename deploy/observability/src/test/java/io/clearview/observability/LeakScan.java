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
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.clearview.e2e.client.Followers;

/**
 * Finds in logs what nobody may read there: posts and preferences, by words that stand in
 * those that tests send; tokens and signed assertions, by their form; and given secrets.
 */
final class LeakScan {

	/** Words of the tests' posts and preferences, and what only a post holds. */
	private static final List<String> WORDS = List.of("zqpost", "zqwish", "https://t.co/",
			// end to end, in the drill, in what a newcomer pastes
			"no adverts for my friends", Followers.BLOCKED, "what everybody saw", "a new thing, number",
			"crypto airdrop", "crypto shilling",
			// in the benchmark
			"Filter harmful, explicit", "posts about topic", "engagement farming");

	/** Tokens as clients send them, signed assertions and API keys, by how they begin. */
	private static final Map<String, Pattern> FORMS = Map.of("Bearer ", Pattern.compile("Bearer [0-9a-f]{64}"), "eyJ",
			Pattern.compile("eyJ[\\w-]{10,}\\.eyJ"), "sk-", Pattern.compile("\\bsk-[\\w-]{8,}"));

	/** As long as a token by itself, and as a user's ID. */
	private static final Pattern HEX = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

	private static final Pattern USER = Pattern
		.compile("(?:(?:userId|auditWhom)\"?[:=]\"?|/admin/accounts/)([0-9a-f]{64})");

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

	/** The same of what tests printed. */
	List<String> leaksOfReport(Path report) {
		return leaks(printed(report).stream());
	}

	/** The lines that tests printed, as Surefire reports them. */
	static List<String> printed(Path report) {
		return PRINTED.matcher(Project.read(report)).results().flatMap((printed) -> printed.group(2).lines()).toList();
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
					.anyMatch((form) -> line.contains(form.getKey()) && form.getValue().matcher(line).find())
				|| showsNoUser(line);
	}

	/** Whether something as long as a token stands there that the line calls no user. */
	private static boolean showsNoUser(String line) {
		Set<String> found = HEX.matcher(line).results().map(MatchResult::group).collect(Collectors.toSet());
		USER.matcher(line).results().forEach((user) -> found.remove(user.group(1)));
		return !found.isEmpty();
	}

}
