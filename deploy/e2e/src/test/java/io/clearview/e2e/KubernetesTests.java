package io.clearview.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1NetworkPolicyPort;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What every overlay gives, as far as it can be checked without a cluster. */
class KubernetesTests {

	private static final int COMPLETES_REQUESTS_SECONDS = 30;

	private static final Set<String> SERVICES = Set.of("gateway", "classifier");

	/** What the restricted pod security standard allows. */
	private static final Set<String> VOLUMES = Set.of("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
			"persistentVolumeClaim", "projected", "secret");

	private static List<Manifests> all = List.of();

	@BeforeAll
	static void render() throws Exception {
		all = Manifests.rendered();
		if (all.isEmpty()) {
			System.out.println("kubectl is not to be had: manifests are checked file by file, overlays are not");
		}
	}

	static List<Manifests> overlays() {
		assumeTrue(!all.isEmpty(), "neither kubectl nor its npm package is to be had");
		return all;
	}

	static Stream<org.junit.jupiter.params.provider.Arguments> servicesOfOverlays() {
		return overlays().stream()
			.flatMap((overlay) -> SERVICES.stream()
				.sorted()
				.map((service) -> org.junit.jupiter.params.provider.Arguments.of(overlay, service)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.33", "1.34", "1.35" })
	void everyObjectIsValidAgainstTheSchemasOfKubernetes(String release) throws Exception {
		KubernetesApi api = KubernetesApi.of(release);
		for (Manifests overlay : overlays()) {
			for (JsonObject object : overlay.objects()) {
				if (KubernetesApi.knows(object)) {
					api.validate(object);
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.33", "1.34", "1.35" })
	void everyFileIsValidAgainstTheSchemasOfKubernetes(String release) throws Exception {
		KubernetesApi api = KubernetesApi.of(release);
		try (Stream<Path> files = Files.walk(Manifests.DIRECTORY)) {
			for (Path file : (Iterable<Path>) files.filter((name) -> name.toString().endsWith(".yaml"))
				.filter((name) -> !name.endsWith("kustomization.yaml"))::iterator) {
				for (JsonObject object : Manifests.parse(Files.readString(file))) {
					if (KubernetesApi.knows(object)) {
						api.validate(object);
					}
				}
			}
		}
	}

	@Test
	void anUnknownFieldIsRejected() throws Exception {
		JsonObject service = Manifests.parse("{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {prots: []}}")
			.getFirst();
		assertThatThrownBy(() -> KubernetesApi.of("1.35").validate(service)).hasMessageContaining("prots");
	}

	@Test
	void everyFileBelongsToAnOverlay() throws Exception {
		Set<Path> reached = new java.util.TreeSet<>();
		for (String overlay : Manifests.overlays()) {
			reach(Manifests.DIRECTORY.resolve("overlays").resolve(overlay), reached);
		}
		try (Stream<Path> files = Files.walk(Manifests.DIRECTORY)) {
			assertThat(files.filter((file) -> file.toString().endsWith(".yaml"))).isSubsetOf(reached);
		}
	}

	private static void reach(Path directory, Set<Path> reached) throws Exception {
		Path file = directory.resolve("kustomization.yaml");
		reached.add(file);
		JsonObject kustomization = Manifests.parse(Files.readString(file)).getFirst();
		for (String list : List.of("resources", "components")) {
			if (kustomization.has(list)) {
				for (JsonElement entry : kustomization.getAsJsonArray(list)) {
					Path path = directory.resolve(entry.getAsString()).normalize();
					if (Files.isDirectory(path)) {
						reach(path, reached);
					}
					else {
						reached.add(path);
					}
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void everySettingOfAnOverlayIsGiven(Manifests overlay) {
		assertThat(overlay.objects().toString()).doesNotContain("set-by-the-overlay").doesNotContain("192.0.2.0");
		assertThat(overlay.has("ConfigMap", "settings")).isFalse();
	}

	@ParameterizedTest
	@MethodSource("servicesOfOverlays")
	void aServiceIsGivenDocumentedSettingsOnly(Manifests overlay, String name) throws Exception {
		assertThat(container(overlay, name).getEnv()).extracting(V1EnvVar::getName)
			.isSubsetOf(DocumentedSettings.asVariables());
	}

	@ParameterizedTest
	@MethodSource("servicesOfOverlays")
	void everyKeyRingIsAMountedSecretThatFollowsChanges(Manifests overlay, String name) {
		Map<String, V1VolumeMount> mounts = container(overlay, name).getVolumeMounts()
			.stream()
			.collect(Collectors.toMap(V1VolumeMount::getMountPath, (mount) -> mount));
		Map<String, V1Volume> volumes = pod(overlay, name).getVolumes()
			.stream()
			.collect(Collectors.toMap(V1Volume::getName, (volume) -> volume));
		assertThat(container(overlay, name).getEnv()).filteredOn((variable) -> variable.getName().endsWith("_KEYS"))
			.isNotEmpty()
			.allSatisfy((variable) -> {
				V1VolumeMount mount = mounts.get(variable.getValue());
				// a mounted subPath, or chosen items, stay as they were when the pod
				// began
				assertThat(mount.getSubPath()).isNull();
				assertThat(volumes.get(mount.getName()).getSecret().getItems()).isNullOrEmpty();
			});
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void everyPodMeetsTheRestrictedStandard(Manifests overlay) {
		overlay.pods().forEach((name, pod) -> {
			assertThat(text(pod, "securityContext", "runAsNonRoot")).as(name).isEqualTo("true");
			assertThat(text(pod, "securityContext", "seccompProfile", "type")).as(name).isEqualTo("RuntimeDefault");
			assertThat(text(pod, "automountServiceAccountToken")).as(name).isEqualTo("false");
			assertThat(pod.keySet()).as(name).doesNotContain("hostNetwork", "hostPID", "hostIPC", "hostUsers");
			for (JsonElement volume : pod.getAsJsonArray("volumes")) {
				Set<String> types = new java.util.TreeSet<>(volume.getAsJsonObject().keySet());
				types.remove("name");
				assertThat(VOLUMES).as(name).containsAll(types);
			}
			for (JsonElement container : pod.getAsJsonArray("containers")) {
				assertThat(text(container, "securityContext", "allowPrivilegeEscalation")).as(name).isEqualTo("false");
				assertThat(text(container, "securityContext", "readOnlyRootFilesystem")).as(name).isEqualTo("true");
				assertThat(text(container, "securityContext", "capabilities", "drop")).as(name).isEqualTo("[\"ALL\"]");
			}
		});
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void everyImageIsOfOneVersion(Manifests overlay) {
		assertThat(overlay.pods().values()).flatExtracting((pod) -> pod.getAsJsonArray("containers").asList())
			.extracting((container) -> text(container, "image"))
			.allSatisfy((image) -> assertThat(image).matches(".*(@sha256:[0-9a-f]{64}|:[0-9][^/]*)")
				.doesNotContain("latest"));
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void everyContainerSaysWhatItNeedsAndHowItIs(Manifests overlay) {
		overlay.pods().forEach((name, pod) -> {
			for (JsonElement container : pod.getAsJsonArray("containers")) {
				assertThat(text(container, "resources", "requests", "cpu")).as(name).isNotNull();
				assertThat(text(container, "resources", "requests", "memory")).as(name)
					.isNotNull()
					.isEqualTo(text(container, "resources", "limits", "memory"));
				assertThat(container.getAsJsonObject().keySet()).as(name)
					.contains("startupProbe", "readinessProbe", "livenessProbe");
			}
		});
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void everyPriorityExists(Manifests overlay) {
		overlay.pods()
			.forEach((name,
					pod) -> assertThat(
							overlay.has("PriorityClass", Objects.requireNonNull(text(pod, "priorityClassName"), name)))
						.as(name)
						.isTrue());
	}

	@ParameterizedTest
	@MethodSource("servicesOfOverlays")
	void probesAskTheManagementPort(Manifests overlay, String name) {
		V1Container container = container(overlay, name);
		assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
		assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/liveness");
		assertThat(Stream.of(container.getReadinessProbe(), container.getLivenessProbe(), container.getStartupProbe()))
			.allSatisfy((probe) -> assertThat(probe.getHttpGet().getPort().getStrValue()).isEqualTo("management"));
	}

	@ParameterizedTest
	@MethodSource("servicesOfOverlays")
	void whatSelectsAServiceSelectsItsPods(Manifests overlay, String name) {
		V1Deployment deployment = overlay.typed("Deployment", name, V1Deployment.class);
		Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
		assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels())
			.containsAllEntriesOf(overlay.typed("Service", name, V1Service.class).getSpec().getSelector())
			.containsAllEntriesOf(overlay.typed("PodDisruptionBudget", name, V1PodDisruptionBudget.class)
				.getSpec()
				.getSelector()
				.getMatchLabels());
		assertThat(overlay.typed("HorizontalPodAutoscaler", name, V2HorizontalPodAutoscaler.class)
			.getSpec()
			.getScaleTargetRef()
			.getName()).isEqualTo(name);
		assertThat(pod(overlay, name).getTopologySpreadConstraints()).isNotEmpty()
			.allSatisfy(
					(spread) -> assertThat(labels).containsAllEntriesOf(spread.getLabelSelector().getMatchLabels()));
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void gatewaysSeeEveryClassifier(Manifests overlay) {
		V1Service service = overlay.typed("Service", "classifier", V1Service.class);
		assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
		int port = java.net.URI.create(environment(overlay, "gateway").get("CLEARVIEW_CLASSIFIER_URLS")).getPort();
		// no proxy translates the port of a headless service
		assertThat(service.getSpec().getPorts()).singleElement().satisfies((only) -> {
			assertThat(only.getPort()).isEqualTo(port);
			assertThat(only.getTargetPort().getIntValue()).isEqualTo(port);
		});
		assertThat(container(overlay, "classifier").getPorts()).anySatisfy((exposed) -> {
			assertThat(exposed.getName()).isEqualTo("http");
			assertThat(exposed.getContainerPort()).isEqualTo(port);
		});
	}

	@ParameterizedTest
	@MethodSource("servicesOfOverlays")
	void aPodIsGivenTheTimeToCompleteItsRequests(Manifests overlay, String name) {
		long preStop = container(overlay, name).getLifecycle().getPreStop().getSleep().getSeconds();
		assertThat(pod(overlay, name).getTerminationGracePeriodSeconds())
			.isGreaterThanOrEqualTo(preStop + COMPLETES_REQUESTS_SECONDS + 5);
		assertThat(drains(overlay))
			.allSatisfy((drain) -> assertThat(preStop).isGreaterThan(name.equals("gateway") ? drain : 0));
	}

	/** The drain of each load balancer that is set up by an overlay, in seconds. */
	private static List<Long> drains(Manifests overlay) {
		List<Long> drains = new ArrayList<>();
		overlay.ofKind("GCPBackendPolicy")
			.map((policy) -> text(policy, "spec", "default", "connectionDraining", "drainingTimeoutSec"))
			.forEach((seconds) -> drains.add(Long.valueOf(Objects.requireNonNull(seconds))));
		Matcher alb = Pattern.compile("deregistration_delay.timeout_seconds=(\\d+)")
			.matcher(overlay.objects().toString());
		while (alb.find()) {
			drains.add(Long.valueOf(alb.group(1)));
		}
		return drains;
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void namesResolveWhereverTheClusterKeepsItsDns(Manifests overlay) {
		List<V1NetworkPolicy> forAll = overlay.typed("NetworkPolicy", V1NetworkPolicy.class)
			.stream()
			.filter((policy) -> Objects.requireNonNullElse(policy.getSpec().getPodSelector().getMatchLabels(), Map.of())
				.isEmpty()
					&& Objects.requireNonNullElse(policy.getSpec().getPodSelector().getMatchExpressions(), List.of())
						.isEmpty())
			.toList();
		for (String address : List.of("169.254.20.10/32", "172.20.0.10/32", "10.100.0.10/32")) {
			assertThat(forAll)
				.flatExtracting((policy) -> Objects.requireNonNullElse(policy.getSpec().getEgress(), List.of()))
				.filteredOn((rule) -> rule.getTo()
					.stream()
					.anyMatch((peer) -> peer.getIpBlock() != null && peer.getIpBlock().getCidr().equals(address)))
				.as(address)
				.isNotEmpty()
				.allSatisfy((rule) -> assertThat(rule.getPorts())
					.extracting(V1NetworkPolicyPort::getProtocol, (port) -> port.getPort().getIntValue())
					.contains(org.assertj.core.groups.Tuple.tuple("UDP", 53),
							org.assertj.core.groups.Tuple.tuple("TCP", 53)));
		}
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void onlyTheGatewayReachesTheClassifiersApi(Manifests overlay) {
		List<V1NetworkPolicy> policies = overlay.typed("NetworkPolicy", V1NetworkPolicy.class);
		assertThat(policies).anySatisfy((policy) -> {
			assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isNullOrEmpty();
			assertThat(policy.getSpec().getPolicyTypes()).contains("Ingress");
			assertThat(policy.getSpec().getIngress()).isNullOrEmpty();
		});
		assertThat(policies)
			.filteredOn(
					(policy) -> Map.of("app", "classifier").equals(policy.getSpec().getPodSelector().getMatchLabels()))
			.filteredOn((policy) -> policy.getSpec().getIngress() != null)
			.flatExtracting((policy) -> policy.getSpec().getIngress())
			.filteredOn(
					(rule) -> rule.getPorts().stream().anyMatch((port) -> port.getPort().toString().contains("http")))
			.singleElement()
			.satisfies((rule) -> assertThat(rule.getFrom()).singleElement()
				.satisfies((peer) -> assertThat(peer.getPodSelector().getMatchLabels())
					.isEqualTo(Map.of("app", "gateway"))));
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void aModelInTheClusterIsReachable(Manifests overlay) {
		assertThat(overlay.typed("NetworkPolicy", "classifier", V1NetworkPolicy.class).getSpec().getEgress())
			.flatExtracting((rule) -> rule.getTo())
			.extracting((peer) -> peer.getNamespaceSelector())
			.filteredOn(Objects::nonNull)
			.anySatisfy(
					(selector) -> assertThat(selector.getMatchLabels()).containsEntry("clearview.io/models", "true"));
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void theStateRoleNeverEvictsAndTheCacheRoleMay(Manifests overlay) {
		if (overlay.has("ConfigMap", "redis-state")) {
			assertThat(overlay.typed("ConfigMap", "redis-state", V1ConfigMap.class).getData().get("state.conf"))
				.contains("maxmemory-policy noeviction", "appendonly yes");
			assertThat(overlay.typed("ConfigMap", "redis-cache", V1ConfigMap.class).getData().get("cache.conf"))
				.contains("maxmemory-policy allkeys-lfu", "appendonly no");
		}
		else {
			assertThat(overlay.has("NetworkPolicy", "redis-external")).isTrue();
		}
	}

	@ParameterizedTest
	@MethodSource("servicesOfOverlays")
	void aColdStartOfAllPodsAddsOnePodAtMost(Manifests overlay, String name) {
		V2HorizontalPodAutoscaler autoscaler = overlay.typed("HorizontalPodAutoscaler", name,
				V2HorizontalPodAutoscaler.class);
		double requested = container(overlay, name).getResources().getRequests().get("cpu").getNumber().doubleValue();
		int pods = autoscaler.getSpec().getMinReplicas();
		// each uses two CPUs for 30 s, then next to nothing; all at once, and one after
		// the other
		assertThat(new Autoscaler(autoscaler).mostPods(pods, 600,
				(second) -> ((second < 30) ? 2.0 : 0.03) * pods / requested))
			.isLessThanOrEqualTo(pods + 1);
		assertThat(new Autoscaler(autoscaler).mostPods(pods, 600,
				(second) -> ((second < 60 * pods && second % 60 < 30) ? 2.0 + 0.03 * pods : 0.03 * pods) / requested))
			.isLessThanOrEqualTo(pods + 1);
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void loadThatLastsDoublesTheGatewaysWithinFiveMinutes(Manifests overlay) {
		V2HorizontalPodAutoscaler autoscaler = overlay.typed("HorizontalPodAutoscaler", "gateway",
				V2HorizontalPodAutoscaler.class);
		int pods = autoscaler.getSpec().getMinReplicas();
		assertThat(new Autoscaler(autoscaler).mostPods(pods, 300, (_) -> 0.6 * pods * 2))
			.isGreaterThanOrEqualTo(Math.min(pods * 2, autoscaler.getSpec().getMaxReplicas()));
	}

	@ParameterizedTest
	@MethodSource("overlays")
	void redisHasRoomForWhatItMayStore(Manifests overlay) {
		Map.of("redis-state", "state.conf", "redis-cache", "cache.conf").forEach((name, file) -> {
			if (overlay.has("ConfigMap", name)) {
				String conf = overlay.typed("ConfigMap", name, V1ConfigMap.class).getData().get(file);
				Matcher most = Pattern.compile("maxmemory (\\d)gb").matcher(conf);
				assertThat(most.find()).isTrue();
				String limit = text(overlay.pods().get(name), "containers", "0", "resources", "limits", "memory");
				assertThat(Quantity.fromString(limit).getNumber().longValue())
					.isGreaterThan(Long.parseLong(most.group(1)) << 30);
			}
		});
	}

	private static Map<String, String> environment(Manifests overlay, String name) {
		return container(overlay, name).getEnv()
			.stream()
			.filter((variable) -> variable.getValue() != null)
			.collect(Collectors.toMap(V1EnvVar::getName, V1EnvVar::getValue));
	}

	private static V1Container container(Manifests overlay, String name) {
		return pod(overlay, name).getContainers().getFirst();
	}

	private static V1PodSpec pod(Manifests overlay, String name) {
		return Objects
			.requireNonNull(overlay.typed("Deployment", name, V1Deployment.class).getSpec().getTemplate().getSpec());
	}

	@org.jspecify.annotations.NullUnmarked
	private static String text(JsonElement from, String... names) {
		JsonElement found = Manifests.at(from, names);
		return (found == null) ? null : found.isJsonPrimitive() ? found.getAsString() : found.toString();
	}

}
