package io.clearview.bench.run;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a rig is made of.
 *
 * @param root of the project
 * @param directory where it may write
 * @param modelLatency of the stub, in milliseconds
 * @param baselines whether to start those too
 * @param unobserved configuration of a second gateway and classifier, which share the
 * first ones' Redis and model; null for none
 * @param separateRedis whether each role has its own
 * @param jvmOptions of every JVM in it
 * @param configuration of the services, a Spring configuration file
 */
record RigSettings(Path root, Path directory, int modelLatency, boolean baselines, @Nullable Path unobserved,
		boolean separateRedis, List<String> jvmOptions, Path configuration) {

	RigSettings {
		jvmOptions = List.copyOf(jvmOptions);
	}

}
