package io.clearview.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.yaml.snakeyaml.Yaml;

/**
 * The Kubernetes objects of one overlay.
 *
 * @param overlay its directory's name
 * @param objects what kustomize prints for it
 */
record Manifests(String overlay, List<JsonObject> objects) {

	static final Path DIRECTORY = Project.root().resolve("deploy/kubernetes");

	private static final Gson GSON = io.kubernetes.client.openapi.JSON.getGson();

	static List<String> overlays() {
		try (Stream<Path> directories = Files.list(DIRECTORY.resolve("overlays"))) {
			return directories.map((directory) -> directory.getFileName().toString()).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Renders every overlay; empty where kubectl is not to be had. */
	static List<Manifests> rendered() throws Exception {
		List<Manifests> all = new ArrayList<>();
		for (String overlay : overlays()) {
			Shell shell = Shell.run(Project.root(), "deploy/kubernetes/render", overlay);
			if (shell.status() == 3) {
				return List.of();
			}
			if (shell.status() != 0) {
				throw new AssertionError("kustomize rejects " + overlay + ": " + shell.printed());
			}
			all.add(new Manifests(overlay, parse(shell.printed())));
		}
		return all;
	}

	static List<JsonObject> parse(String yaml) {
		List<JsonObject> objects = new ArrayList<>();
		new Yaml().loadAll(yaml).forEach((document) -> objects.add(GSON.toJsonTree(document).getAsJsonObject()));
		return objects;
	}

	Stream<JsonObject> ofKind(String kind) {
		return this.objects.stream().filter((object) -> kind(object).equals(kind));
	}

	boolean has(String kind, String name) {
		return ofKind(kind).anyMatch((object) -> name(object).equals(name));
	}

	JsonObject object(String kind, String name) {
		return ofKind(kind).filter((object) -> name(object).equals(name))
			.findFirst()
			.orElseThrow(() -> new AssertionError("No " + kind + " " + name + " in overlay " + this.overlay));
	}

	<T> T typed(String kind, String name, Class<T> type) {
		return GSON.fromJson(object(kind, name), type);
	}

	<T> List<T> typed(String kind, Class<T> type) {
		return ofKind(kind).map((object) -> GSON.fromJson((JsonElement) object, type)).toList();
	}

	/** Pod templates by the name of their workload, whatever its kind. */
	Map<String, JsonObject> pods() {
		Map<String, JsonObject> pods = new java.util.TreeMap<>();
		this.objects.stream()
			.filter((object) -> List.of("Deployment", "StatefulSet", "DaemonSet", "Job").contains(kind(object)))
			.forEach((object) -> pods.put(name(object), at(object, "spec", "template", "spec").getAsJsonObject()));
		return pods;
	}

	/** Walks down, with {@code null} where a member is missing. */
	@org.jspecify.annotations.NullUnmarked
	static JsonElement at(JsonElement from, String... names) {
		JsonElement element = from;
		for (String name : names) {
			if (element instanceof JsonArray array) {
				int index = Integer.parseInt(name);
				element = (index < array.size()) ? array.get(index) : null;
			}
			else {
				element = (element instanceof JsonObject object) ? object.get(name) : null;
			}
		}
		return element;
	}

	static String kind(JsonObject object) {
		return object.get("kind").getAsString();
	}

	static String name(JsonObject object) {
		return object.getAsJsonObject("metadata").get("name").getAsString();
	}

	@Override
	public String toString() {
		return this.overlay;
	}

}
