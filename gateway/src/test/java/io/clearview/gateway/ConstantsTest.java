package io.clearview.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.clearview.gateway.telemetry.Metrics;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** House rules about names, read from the constants of the compiled classes. */
class ConstantsTest {

	private static final Path CLASSES = Path.of("target/classes");

	/** The beginning of a key: its family, and the hash tag that every key has. */
	private static final Pattern KEY = Pattern.compile("^([a-z-]+):\\{.*");

	private static final Set<String> BUILDERS = Stream.of("Counter", "Timer", "Gauge", "TimeGauge", "FunctionCounter")
		.map((meter) -> "io/micrometer/core/instrument/" + meter + "$Builder")
		.collect(Collectors.toUnmodifiableSet());

	private static List<ClassModel> classes;

	@BeforeAll
	static void readClasses() throws IOException {
		try (Stream<Path> files = Files.walk(CLASSES)) {
			classes = files.filter((file) -> file.toString().endsWith(".class")).map(ConstantsTest::read).toList();
		}
	}

	@Test
	void eachFamilyOfKeysIsNamedByOneClassThatWritesIt() {
		Map<String, Set<String>> namedBy = new TreeMap<>();
		for (ClassModel one : classes) {
			strings(one).forEach((constant) -> {
				Matcher key = KEY.matcher(constant);
				if (key.matches()) {
					namedBy.computeIfAbsent(key.group(1), (_) -> new TreeSet<>()).add(outermost(one));
				}
			});
		}

		assertThat(namedBy).containsExactlyInAnyOrderEntriesOf(Map.of("account", Set.of("token.TokenStore"), "adopted",
				Set.of("token.TokenStore"), "adopting", Set.of("token.TokenStore"), "audit", Set.of("admin.AuditLog"),
				"nonce", Set.of("admin.Nonces"), "probe", Set.of("redis.RedisConfiguration"), "restoring",
				Set.of("token.TokenStore"), "revocations", Set.of("token.TokenStore"), "sign-up",
				Set.of("token.TokenStore"), "token-versions", Set.of("token.TokenStore")));
	}

	@Test
	void metricsAreNamedOnlyInTelemetry() throws IllegalAccessException {
		Set<String> known = new TreeSet<>();
		for (Field field : Metrics.class.getFields()) {
			if (field.getType() == String.class) {
				assertThat(known.add((String) field.get(null))).as("%s is another metric's name", field).isTrue();
			}
		}
		List<ClassModel> counting = classes.stream().filter(ConstantsTest::buildsMeters).toList();

		assertThat(counting).hasSizeGreaterThan(5).allSatisfy((one) -> {
			List<String> names = strings(one).filter((constant) -> constant.matches("(?!io\\.)[a-z]+(\\.[a-z]+)+"))
				.toList();
			assertThat(names).as("dotted names in %s", outermost(one)).isNotEmpty().isSubsetOf(known);
		});
	}

	private static boolean buildsMeters(ClassModel one) {
		return entries(one)
			.anyMatch((entry) -> entry instanceof ClassEntry used && BUILDERS.contains(used.asInternalName()));
	}

	private static Stream<String> strings(ClassModel one) {
		return entries(one).filter(StringEntry.class::isInstance).map((entry) -> ((StringEntry) entry).stringValue());
	}

	private static Stream<PoolEntry> entries(ClassModel one) {
		return StreamSupport.stream(one.constantPool().spliterator(), false);
	}

	/** Without the package of the gateway, and without what is nested. */
	private static String outermost(ClassModel one) {
		return one.thisClass()
			.asInternalName()
			.replace("io/clearview/gateway/", "")
			.replaceAll("\\$.*", "")
			.replace('/', '.');
	}

	private static ClassModel read(Path file) {
		try {
			return ClassFile.of().parse(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
