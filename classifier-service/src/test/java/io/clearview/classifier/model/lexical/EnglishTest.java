package io.clearview.classifier.model.lexical;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class EnglishTest {

	private final English english = new English();

	@Test
	void readsManyTextsTogetherAsItReadsEachAlone() {
		List<String> texts = new ArrayList<>(List.of("", " ", "you've been chosen", "a", "b", "c", "won't", "l.o.l",
				"one\ntwo", "pro-life", "Résumé", "p@y me", "...", "日本語", "😀", "x".repeat(600), "end's"));
		for (Category category : Category.values()) {
			TermFile file = TermFile.of(category);
			texts.addAll(file.names());
			file.terms().forEach((term) -> texts.add(term.words()));
		}
		assertThat(this.english.stemsOfEach(texts)).isEqualTo(texts.stream().map(this.english::stems).toList());
		assertThat(this.english.stemsOfEach(List.of())).isEmpty();
	}

	@Test
	void refusesToReadTextsTogetherWhereLettersAreJoined() {
		English disguised = new English(Set.of("free"));
		assertThat(disguised.stems("f r e e")).containsExactly("free");
		assertThatIllegalStateException()
			.isThrownBy(() -> disguised.stemsOfEach(Stream.of("f", "r", "e", "e").toList()))
			.withMessageContaining("joined");
	}

}
