import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Embeds each piece of the vocabulary of all-MiniLM-L6-v2 alone, and writes pieces and
 * vectors to a file that {@code Train} reads. Run by {@code deploy/model/train} as a source
 * file, because ONNX Runtime is on no module's class path.
 */
final class EmbedPieces {

	private static final int START = 101;

	private static final int END = 102;

	private static final int BATCH = 256;

	private EmbedPieces() {
	}

	public static void main(String[] args) throws IOException, OrtException {
		String[] pieces = pieces();
		OrtEnvironment environment = OrtEnvironment.getEnvironment();
		OrtSession.SessionOptions options = new OrtSession.SessionOptions();
		options.setIntraOpNumThreads(1);
		try (OrtSession session = environment.createSession(resource("/all-minilm-l6-v2-q.onnx"), options);
				DataOutputStream out = new DataOutputStream(
						new BufferedOutputStream(Files.newOutputStream(Path.of(args[0]))))) {
			out.writeInt(pieces.length);
			for (String piece : pieces) {
				out.writeUTF(piece);
			}
			for (int from = 0; from < pieces.length; from += BATCH) {
				int count = Math.min(BATCH, pieces.length - from);
				float[][][] states = run(environment, session, from, count);
				if (from == 0) {
					out.writeInt(states[0][0].length);
				}
				for (float[][] state : states) {
					for (int k = 0; k < state[0].length; k++) {
						out.writeFloat((state[0][k] + state[1][k] + state[2][k]) / 3);
					}
				}
			}
		}
	}

	private static float[][][] run(OrtEnvironment environment, OrtSession session, int from, int count)
			throws OrtException {
		long[] ids = new long[count * 3];
		long[] mask = new long[count * 3];
		for (int i = 0; i < count; i++) {
			ids[3 * i] = START;
			ids[3 * i + 1] = from + i;
			ids[3 * i + 2] = END;
		}
		java.util.Arrays.fill(mask, 1);
		long[] shape = { count, 3 };
		try (OnnxTensor input = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
				OnnxTensor attention = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
				OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[count * 3]), shape);
				OrtSession.Result result = session.run(
						Map.of("input_ids", input, "attention_mask", attention, "token_type_ids", types))) {
			return (float[][][]) result.get(0).getValue();
		}
	}

	private static String[] pieces() throws IOException {
		JsonNode vocabulary = JsonMapper.builder()
			.build()
			.readTree(resource("/all-minilm-l6-v2-q-tokenizer.json"))
			.path("model")
			.path("vocab");
		String[] pieces = new String[vocabulary.size()];
		vocabulary.properties().forEach((entry) -> pieces[entry.getValue().asInt()] = entry.getKey());
		return pieces;
	}

	private static byte[] resource(String name) throws IOException {
		try (InputStream in = EmbedPieces.class.getResourceAsStream(name)) {
			if (in == null) {
				throw new IOException(name + " is missing from the class path");
			}
			return in.readAllBytes();
		}
	}

}
