package io.clearview.training;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the encoder makes of each piece alone: the file that {@code EmbedPieces} writes.
 *
 * @param pieces of the vocabulary, most of them from frequent to rare
 * @param vectors of the pieces
 */
record EncodedPieces(String[] pieces, float[][] vectors) {

	static EncodedPieces read(Path file) throws IOException {
		try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
			String[] pieces = new String[in.readInt()];
			for (int i = 0; i < pieces.length; i++) {
				pieces[i] = in.readUTF();
			}
			float[][] vectors = new float[pieces.length][in.readInt()];
			for (float[] vector : vectors) {
				for (int k = 0; k < vector.length; k++) {
					vector[k] = in.readFloat();
				}
			}
			return new EncodedPieces(pieces, vectors);
		}
	}

}
