package io.clearview.classifier.model.local;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

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
 * @param version CRC-32C of all of this, 8 hexadecimal digits: tells weights apart, and
 * does not delay the start as a cryptographic hash of nine megabytes does
 */
public record Weights(Pieces pieces, Embeddings embeddings, byte[] frequencies, byte[] background, float[] relatedness,
		List<Head> heads, String fingerprint, String version) {

	/** Where the model finds its weights. */
	public static final String RESOURCE = "/model/local.bin";

	private static final int MAGIC = 0x43564C4D;

	/** What is read in place of a byte that is no ASCII character. */
	private static final char NOT_ASCII = '\uFFFD';

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
		ByteBuffer in = ByteBuffer.wrap(bytes);
		int magic = in.getInt();
		int features = in.getInt();
		if (magic != MAGIC || features != Features.VERSION) {
			throw new IllegalStateException(
					"weights are of version %d of the features, expected %d: run deploy/model/train"
						.formatted((magic == MAGIC) ? features : 0, Features.VERSION));
		}
		String fingerprint = text(in);
		String[] pieces = new String[in.getInt()];
		for (int i = 0; i < pieces.length; i++) {
			pieces[i] = text(in);
		}
		int dimensions = in.getInt();
		Embeddings embeddings = new Embeddings(dimensions, bytes(in), floats(in));
		byte[] frequencies = bytes(in);
		byte[] background = bytes(in);
		float[] relatedness = floats(in);
		List<Head> heads = new ArrayList<>();
		for (int i = in.getInt(); i > 0; i--) {
			String name = text(in);
			List<String> wishes = List.of(text(in).split("\n"));
			heads.add(new Head(name, wishes, floats(in), bytes(in), in.getFloat(), in.getFloat(), in.getFloat()));
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

	/** Reads what {@link DataOutputStream#writeUTF} wrote. */
	private static String text(ByteBuffer in) throws IOException {
		int from = in.position();
		int length = Short.toUnsignedInt(in.getShort());
		in.position(from + Short.BYTES + length);
		String text = new String(in.array(), from + Short.BYTES, length, StandardCharsets.US_ASCII);
		if (text.indexOf(NOT_ASCII) < 0) {
			return text;
		}
		return new DataInputStream(new ByteArrayInputStream(in.array(), from, Short.BYTES + length)).readUTF();
	}

	private static byte[] bytes(ByteBuffer in) {
		byte[] bytes = new byte[in.getInt()];
		in.get(bytes);
		return bytes;
	}

	private static float[] floats(ByteBuffer in) {
		float[] floats = new float[in.getInt() / Float.BYTES];
		in.asFloatBuffer().get(floats);
		in.position(in.position() + floats.length * Float.BYTES);
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
		CRC32C checksum = new CRC32C();
		checksum.update(bytes);
		return HexFormat.of().toHexDigits((int) checksum.getValue());
	}

}
