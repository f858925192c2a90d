package io.clearview.bench.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.clearview.bench.load.Tally;
import io.clearview.bench.load.Tally.Second;
import io.clearview.bench.load.Verification.Kind;
import io.clearview.bench.measure.RedisCommandUse;
import io.clearview.bench.measure.Resources;
import io.clearview.bench.measure.ScrapedMetrics;
import io.clearview.bench.stub.StubUsage;

/**
 * What a scenario came to.
 *
 * @param scenario its name
 * @param target what was asked
 * @param seconds it took
 * @param requests that ended
 * @param posts answered
 * @param p50 of latency from the intended start, in milliseconds, like those after it
 * @param p99 likewise
 * @param p999 likewise
 * @param max likewise
 * @param ends how requests ended
 * @param failedOpen posts that were shown unjudged
 * @param layers posts by where their verdict came from
 * @param modelCalls that arrived at the model
 * @param modelPosts in them
 * @param promptTokens of them
 * @param completionTokens of them
 * @param dollars that they would have cost, as the classifier accounts for it
 * @param cpuMillis of each process by its name
 * @param compilingMillis of it, what a JVM took to compile
 * @param peakMebibytes of memory resident in each process, since it was started
 * @param redis what each command took of all Redis servers; empty where one did not
 * respond
 * @param timeline second by second
 */
record Result(String scenario, String target, double seconds, long requests, long posts, double p50, double p99,
		double p999, double max, Map<Kind, Long> ends, long failedOpen, Map<String, Double> layers, long modelCalls,
		long modelPosts, long promptTokens, long completionTokens, double dollars, Map<String, Double> cpuMillis,
		Map<String, Double> compilingMillis, Map<String, Double> peakMebibytes, Map<String, RedisCommandUse> redis,
		List<Second> timeline) {

	private static final Set<String> SCRIPTS = Set.of("eval", "evalsha");

	static Result of(String scenario, Target target, Tally tally, Snapshot before, Snapshot after) {
		Map<String, Double> cpu = new LinkedHashMap<>();
		Map<String, Double> compiling = new LinkedHashMap<>();
		Map<String, Double> memory = new LinkedHashMap<>();
		after.resources().forEach((process, now) -> {
			Resources then = before.resources().getOrDefault(process, Resources.GONE);
			cpu.put(process, (now.cpuSeconds() - then.cpuSeconds()) * 1000);
			compiling.put(process, (now.compilingSeconds() - then.compilingSeconds()) * 1000);
			memory.put(process, now.peakResidentBytes() / 1048576.0);
		});
		ScrapedMetrics classifier = after.classifier().since(before.classifier());
		StubUsage model = after.model().since(before.model());
		return new Result(scenario, target.name(), tally.elapsed(), tally.requests(), tally.posts(),
				tally.percentile(50), tally.percentile(99), tally.percentile(99.9), tally.max(), tally.kinds(),
				tally.failedOpen(), ServiceMetrics.layers(classifier), model.calls(), model.posts(),
				model.promptTokens(), model.completionTokens(), ServiceMetrics.dollars(classifier), cpu, compiling,
				memory, before.redis().isEmpty() ? Map.of() : RedisCommandUse.between(before.redis(), after.redis()),
				tally.seconds());
	}

	double requestsPerSecond() {
		return this.requests / this.seconds;
	}

	double postsPerSecond() {
		return this.posts / this.seconds;
	}

	long errors() {
		return this.requests - this.ends.getOrDefault(Kind.RIGHT, 0L);
	}

	long wrong() {
		return this.ends.getOrDefault(Kind.WRONG, 0L);
	}

	/**
	 * Share of posts that were answered without a call to the model, by layer or in all.
	 */
	double share(String... layers) {
		double all = this.layers.values().stream().mapToDouble(Double::doubleValue).sum();
		double some = 0;
		for (String layer : layers) {
			some += this.layers.getOrDefault(layer, 0.0);
		}
		return some / all;
	}

	double meanBatch() {
		return (double) this.modelPosts / this.modelCalls;
	}

	double callsPerThousandPosts() {
		return this.modelCalls * 1000.0 / this.posts;
	}

	double tokensPerThousandPosts() {
		return (this.promptTokens + this.completionTokens) * 1000.0 / this.posts;
	}

	double dollarsPerThousandRequests() {
		return this.dollars * 1000 / this.requests;
	}

	/** Without what it took to compile, in milliseconds a request. */
	double warmCpu(String process) {
		return cpu(process) - this.compilingMillis.getOrDefault(process, 0.0) / this.requests;
	}

	/** In milliseconds a request; 0 for a process that took no part. */
	double cpu(String process) {
		return this.cpuMillis.getOrDefault(process, 0.0) / this.requests;
	}

	/** Scripts that Redis ran, a request. */
	double redisScripts() {
		return calls(SCRIPTS) / this.requests;
	}

	/** Commands that Redis ran, those inside scripts included, a request. */
	double redisCommands() {
		return (calls(this.redis.keySet()) - calls(SCRIPTS)) / this.requests;
	}

	/**
	 * Time that Redis spent in scripts, with all they called, in microseconds a request.
	 */
	double redisScriptMicros() {
		return SCRIPTS.stream().map(this.redis::get).filter(Objects::nonNull).mapToLong(RedisCommandUse::micros).sum()
				/ (double) this.requests;
	}

	private double calls(Set<String> commands) {
		return commands.stream().map(this.redis::get).filter(Objects::nonNull).mapToLong(RedisCommandUse::calls).sum();
	}

}
