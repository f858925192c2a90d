package io.clearview.gateway;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.clearview.gateway.context.RequestContext;

import org.springframework.web.server.ServerWebExchange;

/** The house rules, as tests. */
@AnalyzeClasses(packages = "io.clearview.gateway", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

	@ArchTest
	static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.clearview.gateway.(*)..")
		.should()
		.beFreeOfCycles();

	/** What travels with a request is a typed part of its context. */
	@ArchTest
	static final ArchRule ONLY_THE_CONTEXT_AND_THE_TRACE_ARE_ATTRIBUTES = noClasses().that()
		.doNotHaveSimpleName("RequestContext")
		.and()
		// read the framework's observation
		.doNotHaveSimpleName("Spans")
		.and()
		.doNotHaveSimpleName("RequestFilter")
		.should()
		.callMethod(ServerWebExchange.class, "getAttributes");

	@ArchTest
	static final ArchRule EACH_PART_OF_THE_CONTEXT_HAS_ONE_WRITER = methods().that()
		.areDeclaredIn(RequestContext.class)
		.and()
		.haveNameStartingWith("set")
		.should(new ArchCondition<>("be called by one class") {
			@Override
			public void check(JavaMethod method, ConditionEvents events) {
				Set<JavaClass> writers = Stream
					.<JavaCodeUnitAccess<?>>concat(method.getCallsOfSelf().stream(),
							method.getReferencesToSelf().stream())
					.map(JavaCodeUnitAccess::getOriginOwner)
					.collect(Collectors.toSet());
				if (writers.size() != 1) {
					events.add(SimpleConditionEvent.violated(method, method.getName() + " is called by " + writers));
				}
			}
		});

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
