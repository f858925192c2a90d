package io.clearview.e2e;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntToDoubleFunction;

import io.kubernetes.client.openapi.models.V2HPAScalingPolicy;
import io.kubernetes.client.openapi.models.V2HPAScalingRules;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;

/**
 * Kubernetes' horizontal pod autoscaler on CPU, growing only: every 15 s it wants
 * {@code ceil(pods * utilisation / target)} unless within 10 % of the target, takes the
 * lowest of what it wanted during the stabilisation window, and adds at most what the
 * policies allow (Kubernetes documentation, "Horizontal Pod Autoscaling"). Stricter than
 * the real one, which leaves out the CPU of pods that are starting.
 */
final class Autoscaler {

	private static final int PERIOD = 15;

	private final V2HPAScalingRules scaleUp;

	private final double target;

	private final int most;

	Autoscaler(V2HorizontalPodAutoscaler autoscaler) {
		this.scaleUp = autoscaler.getSpec().getBehavior().getScaleUp();
		this.target = autoscaler.getSpec().getMetrics().getFirst().getResource().getTarget().getAverageUtilization()
				/ 100.0;
		this.most = autoscaler.getSpec().getMaxReplicas();
	}

	/**
	 * Simulates.
	 * @param pods at the beginning
	 * @param seconds how long
	 * @param load CPU used by all pods together in each second, in units of what one pod
	 * requests
	 * @return the pods at the end
	 */
	int mostPods(int pods, int seconds, IntToDoubleFunction load) {
		int now = pods;
		Deque<int[]> wanted = new ArrayDeque<>();
		// before the beginning all was quiet
		wanted.add(new int[] { -PERIOD, pods });
		List<int[]> added = new ArrayList<>();
		for (int second = PERIOD; second <= seconds; second += PERIOD) {
			double used = 0;
			for (int past = second - PERIOD; past < second; past++) {
				used += load.applyAsDouble(past) / PERIOD;
			}
			double ratio = used / now / this.target;
			int wants = (Math.abs(ratio - 1) <= 0.1) ? now : (int) Math.ceil(now * ratio);
			int at = second;
			wanted.add(new int[] { at, wants });
			wanted.removeIf((entry) -> entry[0] < at - this.scaleUp.getStabilizationWindowSeconds());
			int stable = wanted.stream().mapToInt((entry) -> entry[1]).min().orElse(now);
			int next = Math.min(Math.min(stable, allowed(now, at, added)), this.most);
			if (next > now) {
				added.add(new int[] { at, next - now });
				now = next;
			}
		}
		return now;
	}

	private int allowed(int now, int at, List<int[]> added) {
		int limit = 0;
		for (V2HPAScalingPolicy policy : this.scaleUp.getPolicies()) {
			int recent = added.stream()
				.filter((entry) -> entry[0] > at - policy.getPeriodSeconds())
				.mapToInt((entry) -> entry[1])
				.sum();
			int start = now - recent;
			int byPolicy = policy.getType().equals("Pods") ? start + policy.getValue()
					: (int) Math.ceil(start * (1 + policy.getValue() / 100.0));
			limit = Math.max(limit, byPolicy);
		}
		return limit;
	}

}
