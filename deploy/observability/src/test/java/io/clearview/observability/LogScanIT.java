package io.clearview.observability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the tests of every module printed, and what the processes logged that they
 * started: no post, preference, token or key. What a test's own process prints between
 * two tests is in no report; the services' suites look at that themselves.
 */
class LogScanIT {

	/** Of the key rings that tests make. */
	private static final List<String> SECRETS = List.of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");

	@ParameterizedTest
	@CsvSource({ "gateway, 1000", "classifier-service, 1000", "deploy/local, 0", "deploy/bench, 0", "deploy/e2e, 0" })
	void whatTheSuiteOfAModulePrintedShowsNothing(String module, int lines) throws IOException {
		List<Path> reports = Stream.of("surefire-reports", "failsafe-reports")
			.flatMap((directory) -> files(module + "/target/" + directory).stream())
			.toList();
		List<Path> tests = reports.stream().filter((report) -> report.toString().endsWith(".xml")).toList();
		assertThat(tests).as("tests of " + module).isNotEmpty();
		assertThat(tests.stream().mapToInt((test) -> LeakScan.printed(test).size()).sum()).as("lines printed")
			.isGreaterThanOrEqualTo(lines);
		LeakScan scan = scan(module);
		assertThat(tests).allSatisfy((test) -> assertThat(scan.leaksOfReport(test)).as("%s", test).isEmpty());
		// what did not come through the pipe that tests print to
		assertThat(reports).filteredOn((report) -> report.toString().contains(".dump"))
			.allSatisfy((dump) -> assertThat(scan.leaks(dump)).as("%s", dump).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "deploy/local", "deploy/bench", "deploy/e2e" })
	void whatItsProcessesLoggedShowsNothing(String module) throws IOException {
		List<Path> logs = files(module + "/target").stream()
			.filter((file) -> file.toString().endsWith(".log"))
			.toList();
		if (module.equals("deploy/e2e")) {
			assertThat(logs.stream().map((log) -> log.getFileName().toString())).contains("gateway.log",
					"classifier.log");
		}
		LeakScan scan = scan(module);
		assertThat(logs).allSatisfy((log) -> assertThat(scan.leaks(log)).as("%s", log).isEmpty());
	}

	/** That knows the keys of the stacks that were started. */
	private static LeakScan scan(String module) throws IOException {
		return new LeakScan(Stream
			.concat(SECRETS.stream(), Project.secrets(Project.ROOT.resolve(module).resolve("target")).stream())
			.toList());
	}

	private static List<Path> files(String directory) {
		Path path = Project.ROOT.resolve(directory);
		if (!Files.isDirectory(path)) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(path)) {
			return files.filter(Files::isRegularFile).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
