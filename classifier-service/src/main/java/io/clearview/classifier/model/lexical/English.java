package io.clearview.classifier.model.lexical;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/**
 * Turns text into stems. Stems are Krovetz's, because Porter's take "polite" for
 * "politics". Safe for use by several threads.
 */
public final class English {

	private final Analyzer analyzer;

	private final boolean disguised;

	/** Takes text as it is written. */
	public English() {
		this(List.of(), true);
	}

	/**
	 * Sees through disguises.
	 * @param known words that may be found behind one; none to take text as it is written
	 */
	English(Collection<String> known) {
		this(known, true);
	}

	private English(Collection<String> known, boolean stemming) {
		this.disguised = !known.isEmpty();
		CharArraySet words = CharArraySet.unmodifiableSet(new CharArraySet(known, false));
		this.analyzer = new Analyzer() {
			@Override
			protected TokenStreamComponents createComponents(String fieldName) {
				StandardTokenizer tokenizer = new StandardTokenizer();
				TokenStream stream = new LowerCaseFilter(tokenizer);
				stream = new ASCIIFoldingFilter(stream);
				stream = new EnglishPossessiveFilter(stream);
				if (English.this.disguised) {
					stream = Disguise.filter(stream, words);
				}
				return new TokenStreamComponents(tokenizer, stemming ? new KStemFilter(stream) : stream);
			}
		};
	}

	/**
	 * Sees through disguises, and leaves words in the forms they have.
	 * @param known words that may be found behind a disguise
	 */
	public static English unstemmed(Collection<String> known) {
		return new English(known, false);
	}

	/** The stems (or words, where it does not stem) of a text, in order. */
	public List<String> stems(String text) {
		List<String> stems = new ArrayList<>(text.length() / 5 + 1);
		try (TokenStream words = this.analyzer.tokenStream("", Disguise.separated(text))) {
			CharTermAttribute term = words.addAttribute(CharTermAttribute.class);
			words.reset();
			while (words.incrementToken()) {
				stems.add(term.toString());
			}
			words.end();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("text in memory could not be read", ex);
		}
		return stems;
	}

	/**
	 * The stems of each of {@code texts}, in one pass: many short texts take a fraction
	 * of the time that {@link #stems} takes for one after the other.
	 * @throws IllegalStateException if this one sees through disguises, because letters
	 * that stand alone would be joined from one text to the next
	 */
	public List<List<String>> stemsOfEach(List<String> texts) {
		if (this.disguised) {
			throw new IllegalStateException("texts cannot be read together where letters are joined");
		}
		StringBuilder all = new StringBuilder();
		int[] ends = new int[texts.size()];
		List<List<String>> stems = new ArrayList<>(texts.size());
		for (int i = 0; i < ends.length; i++) {
			all.append(Disguise.separated(texts.get(i))).append('\n');
			ends[i] = all.length();
			stems.add(new ArrayList<>(2));
		}
		try (TokenStream words = this.analyzer.tokenStream("", all.toString())) {
			CharTermAttribute term = words.addAttribute(CharTermAttribute.class);
			OffsetAttribute offset = words.addAttribute(OffsetAttribute.class);
			words.reset();
			int text = 0;
			while (words.incrementToken()) {
				while (offset.startOffset() >= ends[text]) {
					text++;
				}
				stems.get(text).add(term.toString());
			}
			words.end();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("text in memory could not be read", ex);
		}
		return stems;
	}

}
