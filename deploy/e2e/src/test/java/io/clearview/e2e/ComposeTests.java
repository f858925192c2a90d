package io.clearview.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/** The container files, as far as they can be checked without a container engine. */
class ComposeTests {

	private static final Path DIRECTORY = Project.root().resolve("deploy/docker");

	private static Map<String, Map<String, Object>> services;

	@BeforeAll
	@SuppressWarnings("unchecked")
	static void read() throws IOException {
		Map<String, Object> file = new Yaml().load(Files.readString(DIRECTORY.resolve("compose.yaml")));
		services = (Map<String, Map<String, Object>>) file.get("services");
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway-1", "gateway-2", "classifier-1", "classifier-2" })
	void aServiceIsGivenDocumentedSettingsOnly(String name) throws IOException {
		assertThat(environment(name).keySet()).isSubsetOf(DocumentedSettings.asVariables());
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway-1", "classifier-1" })
	void everyKeyRingIsMountedReadOnlyFromWhereKeysMakesIt(String name) {
		assertThat(environment(name).entrySet()).filteredOn((variable) -> variable.getKey().endsWith("_KEYS"))
			.isNotEmpty()
			.extracting(Map.Entry::getValue)
			.allSatisfy((directory) -> assertThat(strings(name, "volumes"))
				.contains("./keys.d" + directory.substring("/keys".length()) + ":" + directory + ":ro"));
	}

	@Test
	void everythingThatIsCalledExists() {
		assertThat(services.values()).allSatisfy((service) -> {
			List<?> needed = (List<?>) service.getOrDefault("depends_on", List.of());
			assertThat(services.keySet()).containsAll(needed.stream().map(Object::toString).toList());
		});
		assertThat(environment("gateway-1").get("CLEARVIEW_CLASSIFIER_URLS").split(","))
			.allSatisfy((url) -> assertThat(services).containsKey(java.net.URI.create(url).getHost()));
	}

	@Test
	void onlyTheEdgeIsReachedFromOutsideAndOnlyFromThisMachine() {
		assertThat(services.entrySet()).filteredOn((service) -> service.getValue().containsKey("ports"))
			.extracting(Map.Entry::getKey)
			.containsExactly("edge");
		assertThat(strings("edge", "ports")).allSatisfy((port) -> assertThat(port).startsWith("127.0.0.1:"));
	}

	@Test
	void theImageRunsAsNobodyInParticular() throws IOException {
		assertThat(Files.readAllLines(DIRECTORY.resolve("Dockerfile"))).contains("USER 10001:10001");
	}

	@Test
	void theTrainingRunHasTheOptionsOfEveryStart() throws IOException {
		assertThat(Files.readAllLines(DIRECTORY.resolve("Dockerfile"))).last()
			.asString()
			.startsWith("ENTRYPOINT [\"java\", \"@/app/jvm.options\", \"-XX:AOTCache=");
		assertThat(Files.readString(DIRECTORY.resolve("train"))).contains("java @/app/jvm.options -XX:AOTCacheOutput=");
	}

	@Test
	void everyContainerHasAMemoryLimitAndAVersion() {
		assertThat(services).allSatisfy((name, service) -> {
			assertThat(service).containsKey("mem_limit");
			assertThat(service.get("image").toString()).matches("\\$\\{[A-Z_]+:-[a-z-]+:[0-9][^:]*}");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway-1", "gateway-2", "classifier-1", "classifier-2" })
	void aServiceCannotWriteToItsImageNorGainRights(String name) {
		assertThat(services.get(name)).containsEntry("read_only", true);
		assertThat(strings(name, "cap_drop")).containsExactly("ALL");
		assertThat(strings(name, "security_opt")).containsExactly("no-new-privileges:true");
	}

	@Test
	void theContextHoldsOnlyWhatTheImageCopies() throws IOException {
		assertThat(Files.readAllLines(Project.root().resolve(".dockerignore"))).first().isEqualTo("*");
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> environment(String name) {
		return (Map<String, String>) services.get(name).get("environment");
	}

	private static List<String> strings(String name, String key) {
		return ((List<?>) services.get(name).get(key)).stream().map(Object::toString).toList();
	}

}
