package io.clearview.training;

import io.clearview.classifier.model.local.Embeddings;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Makes static embeddings of an encoder's piece vectors: centred, rotated to their
 * principal components, of which the first are dropped and the next are kept, given
 * length 1, weighted by rarity a / (a + frequency) (Arora et al., 2017), and rounded to 8
 * bits.
 */
final class TableBuilder {

	private TableBuilder() {
	}

	/**
	 * Builds the table.
	 * @param dimensions to keep
	 * @param dropped leading components, which are about form and not about meaning
	 * @param whitening power of the eigenvalue that each component is divided by
	 * @param rarity a in the formula
	 */
	static Embeddings build(EncodedPieces encoded, byte[] frequencies, int dimensions, int dropped, double whitening,
			double rarity) {
		float[][] vectors = encoded.vectors();
		int from = vectors[0].length;
		double[] weights = new double[vectors.length];
		double all = 0;
		for (int id = 0; id < vectors.length; id++) {
			weights[id] = Math.sqrt(Frequencies.share(frequencies[id]));
			all += weights[id];
		}
		double[] mean = new double[from];
		for (int id = 0; id < vectors.length; id++) {
			for (int k = 0; k < from; k++) {
				mean[k] += weights[id] / all * vectors[id][k];
			}
		}
		double[][] covariance = new double[from][from];
		double[] centred = new double[from];
		for (int id = 0; id < vectors.length; id++) {
			double weight = weights[id] / all;
			for (int k = 0; k < from; k++) {
				centred[k] = vectors[id][k] - mean[k];
			}
			for (int k = 0; k < from; k++) {
				double value = weight * centred[k];
				double[] row = covariance[k];
				for (int j = 0; j <= k; j++) {
					row[j] += value * centred[j];
				}
			}
		}
		for (int k = 0; k < from; k++) {
			for (int j = 0; j < k; j++) {
				covariance[j][k] = covariance[k][j];
			}
		}
		EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(covariance, false));
		double[][] axes = new double[dimensions][];
		for (int d = 0; d < dimensions; d++) {
			double divisor = Math.pow(eigen.getRealEigenvalue(d + dropped), whitening);
			axes[d] = eigen.getEigenvector(d + dropped).mapDivide(divisor).toArray();
		}
		byte[] values = new byte[vectors.length * dimensions];
		float[] scales = new float[vectors.length];
		double[] turned = new double[dimensions];
		for (int id = 0; id < vectors.length; id++) {
			double square = 0;
			double greatest = 1e-9;
			for (int d = 0; d < dimensions; d++) {
				double dot = 0;
				for (int k = 0; k < from; k++) {
					dot += axes[d][k] * (vectors[id][k] - mean[k]);
				}
				turned[d] = dot;
				square += dot * dot;
				greatest = Math.max(greatest, Math.abs(dot));
			}
			double share = Frequencies.share(frequencies[id]);
			for (int d = 0; d < dimensions; d++) {
				values[id * dimensions + d] = (byte) Math.round(turned[d] / greatest * Byte.MAX_VALUE);
			}
			scales[id] = (float) (greatest / Byte.MAX_VALUE / Math.sqrt(Math.max(square, 1e-12)) * rarity
					/ (rarity + share));
		}
		return new Embeddings(dimensions, values, scales);
	}

}
