package io.clearview.classifier.model.local;

import io.clearview.classifier.model.lexical.Evidence;
import io.clearview.classifier.model.lexical.Lexicon;
import io.clearview.classifier.model.lexical.TopicReader;
import io.clearview.classifier.model.lexical.WishReader;

/**
 * Reads preferences and posts with one set of weights. Safe for use by several threads.
 */
public final class LocalJudge {

	private final Weights weights;

	private final Lexicon lexicon = new Lexicon();

	private final TopicReader topics = new TopicReader(this.lexicon);

	private final TextReader reader;

	private final Heads heads;

	public LocalJudge(Weights weights) {
		this.weights = weights;
		this.reader = new TextReader(weights.pieces(), weights.embeddings());
		this.heads = new Heads(weights, this.reader);
	}

	/** Reads a preference: some milliseconds, so worth remembering. */
	public LocalWish wish(String preference) {
		return LocalWish.of(WishReader.read(preference, this.topics), preference, this.heads,
				(words) -> new Relatedness(this.reader.read(words), this.weights));
	}

	/** Whether all of a preference is understood: some microseconds. */
	public boolean understands(String preference) {
		return WishReader.read(preference, this.topics).understood();
	}

	/** Reads a post: work linear in its length. */
	public LocalWish.Post post(String text) {
		Features features = this.reader.read(text);
		Evidence evidence = this.lexicon.read(text);
		return new LocalWish.Post(text, features, evidence, this.heads.checks(features, evidence));
	}

	/** Changes whenever weights or term lists do. */
	public String version() {
		return this.weights.version() + "-" + this.lexicon.version();
	}

}
