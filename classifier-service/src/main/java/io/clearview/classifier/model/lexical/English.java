package io.clearview.classifier.model.lexical;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Turns text into stems. Stems are Krovetz's, because Porter's take "polite" for
 * "politics". Safe for use by several threads.
 */
public final class English {

	private final Analyzer analyzer;

	/** Takes text as it is written. */
	public English() {
		this(Set.of(), true);
	}

	/**
	 * Sees through disguises.
	 * @param known words that may be found behind one; none to take text as it is written
	 */
	English(Set<String> known) {
		this(known, true);
	}

	private English(Set<String> known, boolean stemming) {
		this.analyzer = new Analyzer() {
			@Override
			protected TokenStreamComponents createComponents(String fieldName) {
				StandardTokenizer tokenizer = new StandardTokenizer();
				TokenStream words = new LowerCaseFilter(tokenizer);
				words = new ASCIIFoldingFilter(words);
				words = new EnglishPossessiveFilter(words);
				if (!known.isEmpty()) {
					words = Disguise.filter(words, known);
				}
				return new TokenStreamComponents(tokenizer, stemming ? new KStemFilter(words) : words);
			}
		};
	}

	/**
	 * Sees through disguises, and leaves words in the forms they have.
	 * @param known words that may be found behind a disguise
	 */
	public static English unstemmed(Set<String> known) {
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

}
