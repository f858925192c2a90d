package io.clearview.classifier.model.local;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * All that was learnt: what {@code deploy/model/train} writes and the model reads.
 *
 * @param pieces the vocabulary
 * @param embeddings of its pieces
 * @param frequencies share of each piece in ordinary text, in steps of a decibel below 1
 * @param background vectors of ordinary posts, of length 127, one after the other
 * @param relatedness weights that {@link Relatedness} combines its measures with
 * @param heads the regressions
 * @param fingerprint of the features of fixed texts as they were in training, see
 * {@link Fingerprint}
 * @param version SHA-256 of all of this, 8 hexadecimal digits
 */
public record Weights(Pieces pieces, Embeddings embeddings, byte[] frequencies, byte[] background, float[] relatedness,
		List<Head> heads, String fingerprint, String version) {

	/** Where the model finds its weights. */
	public static final String RESOURCE = "/model/local.bin";

	private static final int MAGIC = 0x43564C4D;

	/** Reads the weights that belong to this version of the code. */
	public static Weights load() {
		try (InputStream in = Weights.class.getResourceAsStream(RESOURCE)) {
			if (in == null) {
				throw new IllegalStateException(RESOURCE + " is missing");
			}
			return read(in.readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(RESOURCE + " cannot be read", ex);
		}
	}

	/** Reads what {@link #write} wrote. */
	public static Weights read(byte[] bytes) throws IOException {
		DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
		int magic = in.readInt();
		int features = in.readInt();
		if (magic != MAGIC || features != Features.VERSION) {
			throw new IllegalStateException(
					"weights are of version %d of the features, expected %d: run deploy/model/train"
						.formatted((magic == MAGIC) ? features : 0, Features.VERSION));
		}
		String fingerprint = in.readUTF();
		String[] pieces = new String[in.readInt()];
		for (int i = 0; i < pieces.length; i++) {
			pieces[i] = in.readUTF();
		}
		int dimensions = in.readInt();
		Embeddings embeddings = new Embeddings(dimensions, bytes(in), floats(in));
		byte[] frequencies = bytes(in);
		byte[] background = bytes(in);
		float[] relatedness = floats(in);
		List<Head> heads = new ArrayList<>();
		for (int i = in.readInt(); i > 0; i--) {
			String name = in.readUTF();
			List<String> wishes = List.of(in.readUTF().split("\n"));
			heads.add(new Head(name, wishes, floats(in), bytes(in), in.readFloat(), in.readFloat(), in.readFloat()));
		}
		return new Weights(new Pieces(pieces), embeddings, frequencies, background, relatedness, List.copyOf(heads),
				fingerprint, version(bytes));
	}

	/** The weights as bytes, equal for equal weights. */
	public byte[] write() throws IOException {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		DataOutputStream out = new DataOutputStream(bytes);
		out.writeInt(MAGIC);
		out.writeInt(Features.VERSION);
		out.writeUTF(this.fingerprint);
		out.writeInt(this.pieces.size());
		for (int i = 0; i < this.pieces.size(); i++) {
			out.writeUTF(this.pieces.piece(i));
		}
		out.writeInt(this.embeddings.dimensions());
		write(out, this.embeddings.values());
		write(out, this.embeddings.scales());
		write(out, this.frequencies);
		write(out, this.background);
		write(out, this.relatedness);
		out.writeInt(this.heads.size());
		for (Head head : this.heads) {
			out.writeUTF(head.name());
			out.writeUTF(String.join("\n", head.wishes()));
			write(out, head.dense());
			write(out, head.hashed());
			out.writeFloat(head.scale());
			out.writeFloat(head.bias());
			out.writeFloat(head.threshold());
		}
		return bytes.toByteArray();
	}

	/** Share of piece {@code id} in ordinary text, above 0. */
	double frequency(int id) {
		return Math.pow(10, -(this.frequencies[id] & 0xff) / 10.0);
	}

	private static byte[] bytes(DataInputStream in) throws IOException {
		return in.readNBytes(in.readInt());
	}

	private static float[] floats(DataInputStream in) throws IOException {
		byte[] bytes = bytes(in);
		float[] floats = new float[bytes.length / Float.BYTES];
		ByteBuffer.wrap(bytes).asFloatBuffer().get(floats);
		return floats;
	}

	private static void write(DataOutputStream out, byte[] bytes) throws IOException {
		out.writeInt(bytes.length);
		out.write(bytes);
	}

	private static void write(DataOutputStream out, float[] floats) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(floats.length * Float.BYTES);
		bytes.asFloatBuffer().put(floats);
		write(out, bytes.array());
	}

	private static String version(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 4);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

}
