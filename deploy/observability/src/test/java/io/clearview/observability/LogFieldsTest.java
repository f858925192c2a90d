package io.clearview.observability;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The fields of log events that {@code docs/operations.md} explains are those that the
 * services name.
 */
class LogFieldsTest {

	private static final Pattern CONSTANT = Pattern.compile("String \\w+ = \"(\\w+)\";");

	private static final Pattern ROW = Pattern
		.compile("(?m)^\\| ((?:`\\w+`(?:, )?)+) \\| (both|gateway|classifier) \\|");

	private static final Pattern NAME = Pattern.compile("`(\\w+)`");

	@ParameterizedTest
	@CsvSource({ "gateway, gateway", "classifier, classifier-service" })
	void everyFieldIsExplainedAndEveryExplainedOneIsThere(String service, String module) {
		String source = Project.read(Project.ROOT.resolve(module)
			.resolve("src/main/java/io/clearview/" + service + "/telemetry/LogFields.java"));
		String common = Project
			.read(Project.ROOT.resolve("gateway/kit/src/main/java/io/clearview/kit/telemetry/CommonLogFields.java"));
		Set<String> named = new TreeSet<>();
		CONSTANT.matcher(source + common).results().forEach((constant) -> named.add(constant.group(1)));
		Set<String> explained = new TreeSet<>();
		ROW.matcher(Project.read(Project.OPERATIONS))
			.results()
			.filter((row) -> Set.of("both", service).contains(row.group(2)))
			.forEach((row) -> NAME.matcher(row.group(1)).results().forEach((name) -> explained.add(name.group(1))));
		assertThat(named).isNotEmpty();
		assertThat(explained).isEqualTo(named);
	}

}
