package io.clearview.e2e;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/**
 * One release of the Kubernetes API, as its official Java client was generated from the
 * API's own schemas: knows every field of every object and whether it is required.
 */
final class KubernetesApi {

	/**
	 * Releases of Kubernetes, and the version of the Java client that is generated from
	 * each.
	 */
	static final Map<String, String> CLIENTS = Map.of("1.33", "24.0.0", "1.34", "25.0.0", "1.35", "26.0.0");

	private final ClassLoader models;

	private KubernetesApi(ClassLoader models) {
		this.models = models;
	}

	/** The build copies the clients' models to where this finds them. */
	static KubernetesApi of(String release) throws Exception {
		Path jar = Project.root()
			.resolve("deploy/e2e/target/kubernetes/client-java-api-" + CLIENTS.get(release) + ".jar");
		if (!Files.exists(jar)) {
			throw new AssertionError("Missing " + jar + ": mvn -pl deploy/e2e generate-test-resources");
		}
		return new KubernetesApi(new ModelsFirst(jar.toUri().toURL()));
	}

	/** Whether an object is one of Kubernetes' own, not of an extension. */
	static boolean knows(JsonObject object) {
		String group = object.get("apiVersion").getAsString().replaceFirst("/?v[0-9a-z]+$", "");
		return !group.contains(".") || group.endsWith(".k8s.io") && !group.startsWith("gateway.");
	}

	/**
	 * Rejects unknown fields, missing required ones and values of the wrong type.
	 * @throws IllegalArgumentException naming the field
	 */
	void validate(JsonObject object) throws Exception {
		String version = object.get("apiVersion").getAsString().replaceFirst("^.*/", "");
		String type = version.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + version.substring(1)
				+ Manifests.kind(object);
		Class<?> model = this.models.loadClass("io.kubernetes.client.openapi.models." + type);
		try {
			model.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
			com.google.gson.Gson gson = (com.google.gson.Gson) this.models
				.loadClass("io.kubernetes.client.openapi.JSON")
				.getMethod("getGson")
				.invoke(null);
			gson.fromJson(object, model);
		}
		catch (InvocationTargetException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/** Loads the models of its own jar, whatever release the tests' class path holds. */
	private static final class ModelsFirst extends URLClassLoader {

		ModelsFirst(URL jar) {
			super(new URL[] { jar }, KubernetesApi.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			synchronized (getClassLoadingLock(name)) {
				if (name.startsWith("io.kubernetes.")) {
					Class<?> loaded = findLoadedClass(name);
					return (loaded != null) ? loaded : findClass(name);
				}
				return super.loadClass(name, resolve);
			}
		}

	}

}
