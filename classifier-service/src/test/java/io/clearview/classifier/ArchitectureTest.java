package io.clearview.classifier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.clearview.kit.redis.Redis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The house rules, as tests. */
@AnalyzeClasses(packages = { "io.clearview.classifier", "io.clearview.kit.redis" },
		importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

	private static final Pattern METER_NAMED_IN_PLACE = Pattern
		.compile("(\\.(counter|timer|gauge|summary)|(Counter|Timer|Gauge|Summary)\\.builder)\\(\\s*\"");

	private static final Pattern REDIS_KEY = Pattern.compile("\"\\w+:\\{");

	@ArchTest
	static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.clearview.classifier.(*)..")
		.should()
		.beFreeOfCycles()
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule VERDICTS_KNOW_NOTHING_OF_REQUESTS = noClasses().that()
		.resideInAPackage("io.clearview.classifier.verdict..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.clearview.classifier.api..");

	@ArchTest
	static void eachFamilyOfRedisKeysHasOneClassThatWritesIt(JavaClasses classes) throws IOException {
		List<String> talking = classes.get(Redis.class)
			.getMethodCallsToSelf()
			.stream()
			.filter((call) -> call.getTarget().getName().equals("run"))
			.map((call) -> topLevel(call.getOriginOwner()))
			.filter((type) -> type.getPackageName().startsWith(ArchitectureTest.class.getPackageName()))
			.map(JavaClass::getSimpleName)
			.distinct()
			.toList();
		assertThat(talking).as("classes that talk to Redis")
			.containsExactlyInAnyOrder("SharedQuota", "RedisVerdicts", "CacheAge", "SharedBudget", "SpendShares");
		assertThat(sourcesWith(REDIS_KEY)).as("classes that make keys").isSubsetOf(talking);
	}

	@ArchTest
	static void metricsAreNamedInOnePlace(JavaClasses classes) throws IOException {
		assertThat(sourcesWith(METER_NAMED_IN_PLACE)).isEmpty();
	}

	private static JavaClass topLevel(JavaClass type) {
		return type.getEnclosingClass().map(ArchitectureTest::topLevel).orElse(type);
	}

	/** Classes whose source matches: constants leave no trace in what is compiled. */
	private static Set<String> sourcesWith(Pattern pattern) throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.filter((file) -> pattern.matcher(read(file)).find())
				.map((file) -> file.getFileName().toString().replace(".java", ""))
				.collect(Collectors.toSet());
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
