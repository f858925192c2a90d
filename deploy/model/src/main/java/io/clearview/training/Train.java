package io.clearview.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.clearview.classifier.model.local.Weights;

/**
 * Writes the weights of the embedded model. Arguments: the file of pieces, the data, the
 * file to write, the seed.
 */
final class Train {

	private static final int FOLDS = 3;

	private Train() {
	}

	public static void main(String[] args) throws IOException {
		Training training = new Training(EncodedPieces.read(Path.of(args[0])), Dataset.read(Path.of(args[1])),
				Integer.parseInt(args[3]));
		Weights weights = training.all(FOLDS);
		byte[] bytes = weights.write();
		Files.write(Path.of(args[2]), bytes);
		System.out.printf("%s: %d bytes, version %s%n", args[2], bytes.length, weights.version());
	}

}
