package io.clearview.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** What the kit must not know. */
@AnalyzeClasses(packages = "io.clearview.kit", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

	private static final Pattern DOMAIN = Pattern.compile("(?i)posts?(?![a-z])|verdict|token|quota|classif|gateway");

	@ArchTest
	static final ArchRule KNOWS_NEITHER_SERVICE = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.clearview.gateway..", "io.clearview.classifier..");

	@ArchTest
	static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.clearview.kit.(*)..")
		.should()
		.beFreeOfCycles();

	/**
	 * Comments included: what needs one of these words to be explained is no mechanism.
	 */
	@ArchTest
	static void namesNothingOfTheDomain(JavaClasses classes) throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
			List<String> named = files.filter(Files::isRegularFile)
				.flatMap((file) -> read(file).lines()
					.filter((line) -> DOMAIN.matcher(line).find())
					.map((line) -> file.getFileName() + ": " + line.strip()))
				.toList();
			assertThat(named).isEmpty();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
