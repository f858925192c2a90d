package io.clearview.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The picture of a request's way names classes that exist. */
class DocumentedClassesTests {

	/** A class, or a filter factory without the end of its name. */
	private static final Pattern NAME = Pattern.compile("\\b([A-Z][a-z]+(?:[A-Z][A-Za-z]+)+)(\\.{3})?");

	private static final Set<String> OF_OTHERS = Set.of("RedisRateLimiter");

	@Test
	void everyClassOfThePictureExists() throws IOException {
		String page = Files.readString(Project.root().resolve("docs/architecture.md"));
		String section = page.substring(page.indexOf("## A request's way"));
		String picture = section.split("```")[1];
		Set<String> named = new TreeSet<>();
		Matcher matcher = NAME.matcher(picture);
		while (matcher.find()) {
			named.add(matcher.group(1) + ((matcher.group(2) != null) ? "GatewayFilterFactory" : ""));
		}
		named.removeAll(OF_OTHERS);
		assertThat(named).hasSizeGreaterThan(20).isSubsetOf(classes());
	}

	private static Set<String> classes() throws IOException {
		try (Stream<Path> files = Stream.of("gateway", "gateway/kit", "classifier-service")
			.map(Project.root()::resolve)
			.flatMap(DocumentedClassesTests::files)) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.endsWith(".java"))
				.map((name) -> name.substring(0, name.length() - ".java".length()))
				.collect(Collectors.toSet());
		}
	}

	private static Stream<Path> files(Path directory) {
		try {
			return Files.walk(directory.resolve("src/main/java"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
