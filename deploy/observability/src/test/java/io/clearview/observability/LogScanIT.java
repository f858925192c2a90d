package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the tests of every module printed, and what the processes logged that they
 * started: no post, preference, token or key.
 */
class LogScanIT {

	/** Of the key rings that tests make. */
	private static final List<String> SECRETS = List.of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");

	private final LeakScan scan = new LeakScan(SECRETS);

	@ParameterizedTest
	@ValueSource(strings = { "gateway", "classifier-service", "deploy/e2e" })
	void whatTheSuiteOfAModulePrintedShowsNothing(String module) {
		List<Path> reports = files(module + "/target/surefire-reports", "TEST-", ".xml");
		assertThat(reports).as("tests of " + module).isNotEmpty();
		assertThat(
				Stream.concat(reports.stream(), files(module + "/target/failsafe-reports", "TEST-", ".xml").stream()))
			.allSatisfy((report) -> assertThat(this.scan.leaksOfReport(report)).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "deploy/e2e", "deploy/bench" })
	void whatItsProcessesLoggedShowsNothing(String module) {
		assertThat(files(module + "/target", "", ".log"))
			.allSatisfy((log) -> assertThat(this.scan.leaks(log)).isEmpty());
	}

	private static List<Path> files(String directory, String beginning, String ending) {
		Path path = Project.ROOT.resolve(directory);
		if (!Files.isDirectory(path)) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(path)) {
			return files.filter((file) -> file.getFileName().toString().startsWith(beginning))
				.filter((file) -> file.toString().endsWith(ending) && Files.isRegularFile(file))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
