package io.clearview.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import io.clearview.classifier.model.local.Features;
import io.clearview.classifier.model.local.Head;

/** Fits a {@link Head} with LIBLINEAR's L2-regularised logistic regression. */
final class HeadTrainer {

	/** The mean vector counts so much more than its length says. */
	private static final double DENSE = 3;

	private static final double HASHED = 2;

	private static final double COST = 1;

	private HeadTrainer() {
	}

	/** One text to learn from. */
	record Sample(Features features, boolean positive) {
	}

	static Head fit(String name, List<String> wishes, List<Sample> samples, int seed) {
		int dimensions = samples.getFirst().features().mean().length;
		Problem problem = new Problem();
		problem.l = samples.size();
		problem.n = dimensions + Features.BUCKETS + 1;
		problem.bias = 1;
		problem.x = new Feature[problem.l][];
		problem.y = new double[problem.l];
		for (int i = 0; i < problem.l; i++) {
			problem.x[i] = nodes(samples.get(i).features(), dimensions);
			problem.y[i] = samples.get(i).positive() ? 1 : 0;
		}
		long positives = samples.stream().filter(Sample::positive).count();
		Parameter parameter = new Parameter(SolverType.L2R_LR, COST, 0.01);
		parameter.setRandom(new Random(seed));
		parameter.setWeights(new double[] { Math.sqrt((double) (problem.l - positives) / positives) }, new int[] { 1 });
		Linear.disableDebugOutput();
		Model model = Linear.train(problem, parameter);
		double sign = (model.getLabels()[0] == 1) ? 1 : -1;
		double[] found = model.getFeatureWeights();
		float[] dense = new float[dimensions];
		for (int k = 0; k < dimensions; k++) {
			dense[k] = (float) (sign * found[k] * DENSE);
		}
		double greatest = 1e-9;
		for (int b = 0; b < Features.BUCKETS; b++) {
			greatest = Math.max(greatest, Math.abs(found[dimensions + b]));
		}
		byte[] hashed = new byte[Features.BUCKETS];
		for (int b = 0; b < Features.BUCKETS; b++) {
			hashed[b] = (byte) Math.round(sign * found[dimensions + b] / greatest * Byte.MAX_VALUE);
		}
		return new Head(name, wishes, dense, hashed, (float) (greatest / Byte.MAX_VALUE * HASHED),
				(float) (sign * found[dimensions + Features.BUCKETS]), 0);
	}

	private static Feature[] nodes(Features features, int dimensions) {
		List<Feature> nodes = new ArrayList<>(dimensions + features.hashed().length);
		for (int k = 0; k < dimensions; k++) {
			nodes.add(new FeatureNode(k + 1, features.mean()[k] * DENSE));
		}
		double value = HASHED / Math.sqrt(features.hashed().length);
		for (int bucket : features.hashed()) {
			nodes.add(new FeatureNode(dimensions + bucket + 1, value));
		}
		nodes.add(new FeatureNode(dimensions + Features.BUCKETS + 1, 1));
		return nodes.toArray(Feature[]::new);
	}

}
