package io.clearview.classifier.model.local;

import java.util.ArrayList;
import java.util.List;

import io.clearview.classifier.model.lexical.English;

/** Turns texts into {@link Features}. Safe for use by several threads. */
public final class TextReader {

	/** Shorter words turn up in digits by chance. */
	private static final int SHORTEST_DISGUISED = 4;

	private final Pieces pieces;

	private final Embeddings embeddings;

	private final English english;

	public TextReader(Pieces pieces, Embeddings embeddings) {
		this.pieces = pieces;
		this.embeddings = embeddings;
		List<String> known = new ArrayList<>(pieces.size());
		for (int id = 0; id < pieces.size(); id++) {
			String piece = pieces.piece(id);
			if (piece.length() >= SHORTEST_DISGUISED && isPlain(piece)) {
				known.add(piece);
			}
		}
		this.english = English.unstemmed(known);
	}

	/** The features of {@code text}. */
	public Features read(String text) {
		Surface surface = Surface.of(text);
		return Features.of(this.english.stems(surface.text()), surface.marks(), this.pieces, this.embeddings);
	}

	private static boolean isPlain(String piece) {
		for (int i = 0; i < piece.length(); i++) {
			if (piece.charAt(i) < 'a' || piece.charAt(i) > 'z') {
				return false;
			}
		}
		return true;
	}

}
