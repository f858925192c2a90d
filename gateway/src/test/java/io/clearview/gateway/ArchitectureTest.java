package io.clearview.gateway;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house rules, as tests. */
@AnalyzeClasses(packages = "io.clearview.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

	@ArchTest
	static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.clearview.gateway.(*)..")
		.should()
		.beFreeOfCycles();

	@ArchTest
	static final ArchRule ONLY_OWNERS_OF_KEYS_TALK_TO_REDIS = noClasses().that()
		.resideOutsideOfPackages("..token..", "..redis..", "..ratelimit..", "..admin..", "..error..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.data.redis..");

	@ArchTest
	static final ArchRule NOTHING_BLOCKS_BUT_WHAT_RUNS_BEFORE_THE_FIRST_REQUEST = noClasses().that()
		.resideOutsideOfPackages("..warmup..", "..redis..")
		.and()
		// loads the revocations before the server accepts connections
		.doNotHaveSimpleName("TokenChanges")
		.should()
		.callMethod("reactor.core.publisher.Mono", "block")
		.orShould()
		.callMethod("reactor.core.publisher.Mono", "block", "java.time.Duration")
		.orShould()
		.callMethod("reactor.core.publisher.Flux", "blockLast");

}
