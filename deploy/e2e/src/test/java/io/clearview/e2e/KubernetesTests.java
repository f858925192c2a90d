package io.clearview.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/** The manifests, as far as they can be checked without a cluster. */
class KubernetesTests {

	private static final Gson GSON = io.kubernetes.client.openapi.JSON.getGson();

	private static final Path DIRECTORY = Project.root().resolve("deploy/kubernetes");

	private static final List<JsonObject> OBJECTS = new ArrayList<>();

	@BeforeAll
	static void read() throws IOException {
		for (Object name : (List<?>) load("kustomization.yaml").getFirst().get("resources")) {
			load(name.toString()).forEach((object) -> OBJECTS.add(GSON.toJsonTree(object).getAsJsonObject()));
		}
	}

	@Test
	void everyFileIsApplied() throws IOException {
		try (Stream<Path> files = Files.list(DIRECTORY)) {
			assertThat(files.map((file) -> file.getFileName().toString()).filter((name) -> name.endsWith(".yaml")))
				.containsExactlyInAnyOrderElementsOf(Stream
					.concat(Stream.of("kustomization.yaml"),
							((List<?>) load("kustomization.yaml").getFirst().get("resources")).stream()
								.map(Object::toString))
					.toList());
		}
	}

	@Test
	void everyObjectHasOnlyFieldsThatKubernetesKnows() throws IOException {
		for (JsonObject object : OBJECTS) {
			validate(object);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway", "classifier" })
	void aServiceIsGivenDocumentedSettingsOnly(String name) throws IOException {
		assertThat(container(name).getEnv()).extracting(V1EnvVar::getName).isSubsetOf(DocumentedSettings.asVariables());
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway", "classifier" })
	void everyKeyRingIsAMountedSecret(String name) {
		Map<String, String> volumeOfPath = mounts(name);
		assertThat(container(name).getEnv()).filteredOn((variable) -> variable.getName().endsWith("_KEYS"))
			.isNotEmpty()
			.allSatisfy((variable) -> assertThat(secrets(name)).contains(volumeOfPath.get(variable.getValue())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway", "classifier" })
	void aServiceRunsWithoutRightsAndSaysHowItIs(String name) {
		V1PodSpec pod = pod(name);
		V1Container container = container(name);
		assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
		assertThat(pod.getAutomountServiceAccountToken()).isFalse();
		assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
		assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
		assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
		assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
		assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/liveness");
		assertThat(container.getReadinessProbe().getHttpGet().getPort().getStrValue()).isEqualTo("management");
	}

	@ParameterizedTest
	@ValueSource(strings = { "gateway", "classifier" })
	void whatSelectsAServiceSelectsItsPods(String name) throws IOException {
		V1Deployment deployment = typed("Deployment", name, V1Deployment.class);
		Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
		assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels())
			.containsAllEntriesOf(typed("Service", name, V1Service.class).getSpec().getSelector())
			.containsAllEntriesOf(typed("PodDisruptionBudget", name, V1PodDisruptionBudget.class).getSpec()
				.getSelector()
				.getMatchLabels());
		assertThat(typed("HorizontalPodAutoscaler", name, V2HorizontalPodAutoscaler.class).getSpec()
			.getScaleTargetRef()
			.getName()).isEqualTo(name);
	}

	@Test
	void onlyTheGatewayReachesTheClassifiersApi() {
		List<V1NetworkPolicy> policies = OBJECTS.stream()
			.filter((object) -> kind(object).equals("NetworkPolicy"))
			.map((object) -> GSON.fromJson(object, V1NetworkPolicy.class))
			.toList();
		assertThat(policies).anySatisfy((policy) -> {
			assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isNullOrEmpty();
			assertThat(policy.getSpec().getPolicyTypes()).contains("Ingress");
			assertThat(policy.getSpec().getIngress()).isNullOrEmpty();
		});
		assertThat(policies)
			.filteredOn(
					(policy) -> Map.of("app", "classifier").equals(policy.getSpec().getPodSelector().getMatchLabels()))
			.singleElement()
			.satisfies((policy) -> assertThat(policy.getSpec().getIngress()).filteredOn(
					(rule) -> rule.getPorts().stream().anyMatch((port) -> port.getPort().toString().contains("http")))
				.singleElement()
				.satisfies((rule) -> assertThat(rule.getFrom()).singleElement()
					.satisfies((peer) -> assertThat(peer.getPodSelector().getMatchLabels())
						.isEqualTo(Map.of("app", "gateway")))));
	}

	@Test
	void theStateRoleNeverEvictsAndTheCacheRoleMay() {
		V1ConfigMap redis = typed("ConfigMap", "redis", V1ConfigMap.class);
		assertThat(redis.getData().get("state.conf")).contains("maxmemory-policy noeviction", "appendonly yes");
		assertThat(redis.getData().get("cache.conf")).contains("maxmemory-policy allkeys-lfu", "appendonly no");
	}

	private static void validate(JsonObject object) throws IOException {
		switch (kind(object)) {
			case "Deployment" -> V1Deployment.validateJsonElement(object);
			case "StatefulSet" -> V1StatefulSet.validateJsonElement(object);
			case "Service" -> V1Service.validateJsonElement(object);
			case "ConfigMap" -> V1ConfigMap.validateJsonElement(object);
			case "Namespace" -> V1Namespace.validateJsonElement(object);
			case "Ingress" -> V1Ingress.validateJsonElement(object);
			case "NetworkPolicy" -> V1NetworkPolicy.validateJsonElement(object);
			case "PodDisruptionBudget" -> V1PodDisruptionBudget.validateJsonElement(object);
			case "HorizontalPodAutoscaler" -> V2HorizontalPodAutoscaler.validateJsonElement(object);
			default -> throw new AssertionError("Unknown kind " + kind(object));
		}
	}

	private static Map<String, String> mounts(String name) {
		return container(name).getVolumeMounts()
			.stream()
			.collect(java.util.stream.Collectors.toMap(V1VolumeMount::getMountPath, V1VolumeMount::getName));
	}

	private static Set<String> secrets(String name) {
		return pod(name).getVolumes()
			.stream()
			.filter((volume) -> volume.getSecret() != null)
			.map(V1Volume::getName)
			.collect(java.util.stream.Collectors.toSet());
	}

	private static V1Container container(String name) {
		return pod(name).getContainers().getFirst();
	}

	private static V1PodSpec pod(String name) {
		return Objects.requireNonNull(typed("Deployment", name, V1Deployment.class).getSpec().getTemplate().getSpec());
	}

	private static <T> T typed(String kind, String name, Class<T> type) {
		return OBJECTS.stream()
			.filter((object) -> kind(object).equals(kind))
			.filter((object) -> object.getAsJsonObject("metadata").get("name").getAsString().equals(name))
			.findFirst()
			.map((object) -> GSON.fromJson((JsonElement) object, type))
			.orElseThrow(() -> new AssertionError("No " + kind + " " + name));
	}

	private static String kind(JsonObject object) {
		return object.get("kind").getAsString();
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> load(String file) throws IOException {
		List<Map<String, Object>> documents = new ArrayList<>();
		new Yaml().loadAll(Files.readString(DIRECTORY.resolve(file)))
			.forEach((document) -> documents.add((Map<String, Object>) document));
		return documents;
	}

}
