package io.clearview.bench.run;

import java.nio.file.Path;
import java.util.List;

/**
 * What a rig is made of.
 *
 * @param root of the project
 * @param directory where it may write
 * @param modelLatency of the stub, in milliseconds
 * @param baselines whether to start those too
 * @param separateRedis whether each role has its own
 * @param jvmOptions of every JVM in it
 */
record RigSettings(Path root, Path directory, int modelLatency, boolean baselines, boolean separateRedis,
		List<String> jvmOptions) {

	RigSettings {
		jvmOptions = List.copyOf(jvmOptions);
	}

}
