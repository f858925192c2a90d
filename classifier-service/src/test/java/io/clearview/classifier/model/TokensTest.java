package io.clearview.classifier.model;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

class TokensTest {

	@Example
	void englishHasFourLettersATokenAndIdeographsLessThanOne() {
		assertThat(Tokens.estimate("")).isZero();
		assertThat(Tokens.estimate("a")).isOne();
		assertThat(Tokens.estimate("The quick brown fox jumps over the lazy dog")).isEqualTo(11);
		assertThat(Tokens.estimate("Съешь ещё")).isEqualTo(5);
		assertThat(Tokens.estimate("日本語")).isEqualTo(4);
	}

	@Example
	void aTokenForEachWordIsTheLeast() {
		assertThat(Tokens.atLeast("")).isZero();
		assertThat(Tokens.atLeast(" The  quick\tbrown\nfox ")).isEqualTo(4);
		assertThat(Tokens.atLeast(" representatives".repeat(100))).isEqualTo(100);
		assertThat(Tokens.atLeast("a".repeat(10_000))).isOne();
		assertThat(Tokens.atLeast("日本語 日本語")).isEqualTo(2);
	}

	@Property
	void whatFitsIsTheLongestPrefixThatDoes(@ForAll String text, @ForAll @IntRange(max = 50) int tokens) {
		int fit = Tokens.fit(text, tokens);
		assertThat(Tokens.estimate(text.substring(0, fit))).isLessThanOrEqualTo(tokens);
		assertThat(fit == text.length() || Tokens.estimate(text.substring(0, fit + 1)) > tokens).isTrue();
	}

}
