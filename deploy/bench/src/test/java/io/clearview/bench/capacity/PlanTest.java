package io.clearview.bench.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PlanTest {

	private static final CapacityPrices FREE = new CapacityPrices(0, 0, 0, 0);

	// a million people, 86.4 requests each: 1,000 a second on average
	private static final Load LOAD = new Load(1_000_000, 86.4, 2);

	@Test
	void aPodIsBusyToSixtyPerCentAtTheBusiestTime() {
		// 2,000 a second at 0.3 ms are 0.6 cores
		CapacityPlan plan = CapacityPlan.of(LOAD, costs(0.6, 0.9, 0), FREE);
		assertThat(plan.gateways()).isEqualTo(3);
		assertThat(plan.classifiers()).isEqualTo(3);
		assertThat(CapacityPlan.of(LOAD, costs(6, 9, 0), FREE).gateways()).isEqualTo(20);
	}

	@Test
	void aShardIsBusyToHalfOfItsOneThread() {
		// 2,000 a second at 1 ms are 2 threads, a quarter of them the cache's
		CapacityPlan plan = CapacityPlan.of(LOAD, costs(0, 0, 1), FREE);
		assertThat(plan.stateShards()).isEqualTo(3);
		assertThat(plan.cacheShards()).isEqualTo(1);
	}

	@Test
	void memoryMayNeedMoreShardsThanCpu() {
		CapacityPlan plan = CapacityPlan.of(LOAD, new Costs(0, 0, 0, 0.75, 0, 26_000, 0, 0, 0, 0), FREE);
		assertThat(plan.stateGigabytes()).isEqualTo(26, Offset.offset(0.001));
		assertThat(plan.stateShards()).isEqualTo(2);
	}

	@Test
	void moneyIsOfTheWholeDay() {
		CapacityPlan plan = CapacityPlan.of(LOAD, new Costs(0, 0, 0, 0.75, 1000, 0, 0, 0, 0.00001, 10),
				new CapacityPrices(0, 0, 0.1, 2));
		assertThat(plan.modelDollars()).isEqualTo(864, Offset.offset(0.001));
		// 86.4 GB out and 10 million writes
		assertThat(plan.systemDollars()).isEqualTo(8.64 + 20, Offset.offset(0.001));
		assertThat(plan.writesPerSecond()).isEqualTo(10_000_000 / 86_400.0 * 2, Offset.offset(0.001));
	}

	@Test
	void theCommandPrintsAColumnForEachSize() {
		StringWriter printed = new StringWriter();
		CommandLine command = new CommandLine(new CapacityCommand()).setOut(new PrintWriter(printed));
		assertThat(command.execute("--people", "1000,5000")).isZero();
		assertThat(printed.toString()).contains("| people a day | 1,000 | 5,000 |").contains("redis-state, shards");
	}

	@Test
	void aSizeThatMakesNoSenseIsRejectedByName() {
		StringWriter printed = new StringWriter();
		CommandLine command = new CommandLine(new CapacityCommand()).setErr(new PrintWriter(printed));
		assertThat(command.execute("--people", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
		assertThat(printed.toString()).contains("--people must be 1 to 10,000,000,000, is 0");
	}

	private static Costs costs(double gateway, double classifier, double redis) {
		return new Costs(gateway, classifier, redis, 0.75, 0, 0, 0, 0, 0, 0);
	}

}
