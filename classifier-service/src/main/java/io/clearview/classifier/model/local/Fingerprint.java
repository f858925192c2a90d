package io.clearview.classifier.model.local;

import java.util.Arrays;
import java.util.List;

/**
 * Proves that weights belong to the code: a number of the features of fixed texts, which
 * changes when texts are read differently or the vectors are others.
 */
public final class Fingerprint {

	private static final List<String> TEXTS = List.of(
			"Congratulations!! You have WON a fr33 iPhone, claim it at 10am: https://example.org/x",
			"@someone RT #MakeCookingGreat c@sino f r e e  m o n e y 🎁 &amp; unbelievably knitted",
			"bitсoin 123456 ##ing", "Résumé naïve ходить 日本語");

	private Fingerprint() {
	}

	/** The fingerprint of a reader, 16 hexadecimal digits. */
	public static String of(TextReader reader) {
		long print = Features.VERSION;
		for (String text : TEXTS) {
			Features features = reader.read(text);
			print = 31 * print + features.words().hashCode();
			print = 31 * print + Arrays.deepHashCode(features.pieces());
			print = 31 * print + Arrays.hashCode(features.hashed());
			for (float value : features.mean()) {
				print = 31 * print + Math.round(value * 1_000);
			}
		}
		return "%016x".formatted(print);
	}

}
