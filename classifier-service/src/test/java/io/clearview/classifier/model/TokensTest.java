package io.clearview.classifier.model;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;

class TokensTest {

	@Example
	void englishHasFourLettersATokenAndIdeographsLessThanOne() {
		assertThat(TokenEstimate.estimate("")).isZero();
		assertThat(TokenEstimate.estimate("a")).isOne();
		assertThat(TokenEstimate.estimate("The quick brown fox jumps over the lazy dog")).isEqualTo(11);
		assertThat(TokenEstimate.estimate("Съешь ещё")).isEqualTo(5);
		assertThat(TokenEstimate.estimate("日本語")).isEqualTo(4);
	}

	@Example
	void aTokenForEachWordIsTheLeast() {
		assertThat(TokenEstimate.atLeast("")).isZero();
		assertThat(TokenEstimate.atLeast(" The  quick\tbrown\nfox ")).isEqualTo(4);
		assertThat(TokenEstimate.atLeast(" representatives".repeat(100))).isEqualTo(100);
		assertThat(TokenEstimate.atLeast("a".repeat(10_000))).isOne();
		assertThat(TokenEstimate.atLeast("日本語 日本語")).isEqualTo(2);
	}

	@Property
	void whatFitsIsTheLongestPrefixThatDoes(@ForAll String text, @ForAll @IntRange(max = 50) int tokens) {
		int fit = TokenEstimate.fit(text, tokens);
		assertThat(TokenEstimate.estimate(text.substring(0, fit))).isLessThanOrEqualTo(tokens);
		assertThat(fit == text.length() || TokenEstimate.estimate(text.substring(0, fit + 1)) > tokens).isTrue();
	}

}
