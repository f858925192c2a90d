package io.clearview.observability;

import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Prometheus finds every pod by a headless Service that {@code deploy/kubernetes} has.
 */
class ScrapeTargetsTest {

	private static final String NAMESPACE = ".clearview.svc";

	@ParameterizedTest
	@MethodSource("jobs")
	void aJobsTargetsAreThePodsOfAService(JsonNode job) {
		JsonNode target = job.at("/dns_sd_configs/0");
		assertThat(target.at("/names/0").asString()).endsWith(NAMESPACE);
		String name = target.at("/names/0").asString().replace(NAMESPACE, "");
		JsonNode service = Project.list(Project.ROOT.resolve("deploy/kubernetes/base"), ".yaml")
			.stream()
			.flatMap((file) -> StreamSupport.stream(new Yaml().loadAll(Project.read(file)).spliterator(), false))
			.map(ScrapeTargetsTest::json)
			.filter((object) -> object.path("kind").asString("").equals("Service"))
			.filter((object) -> object.at("/metadata/name").asString("").equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("no Service " + name));
		assertThat(service.at("/spec/clusterIP").asString()).isEqualTo("None");
		assertThat(service.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
		assertThat(service.at("/spec/selector/app").asString()).isEqualTo(name.replace("-management", ""));
		assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(target.path("port").asInt());
		assertThat(service.at("/spec/ports/0/targetPort").asString()).isEqualTo("management");
	}

	static List<JsonNode> jobs() {
		Map<String, Object> configuration = new Yaml().load(Project.read(Project.PROMETHEUS.resolve("prometheus.yml")));
		return json(configuration).path("scrape_configs").valueStream().toList();
	}

	private static JsonNode json(Object yaml) {
		return JsonMapper.shared().valueToTree(yaml);
	}

}
