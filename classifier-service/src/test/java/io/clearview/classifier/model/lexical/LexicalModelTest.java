package io.clearview.classifier.model.lexical;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class LexicalModelTest {

	private static final String DEFAULT = "filter harmful, explicit, and abusive content";

	private static final LexicalModel MODEL = new LexicalModel(new Lexicon(), Schedulers.parallel());

	record Example(String preference, String post, Label wanted, boolean miss) {

		static Example parse(String line) {
			String[] columns = line.split(" \\| ", 3);
			boolean miss = columns[0].startsWith("!");
			return new Example(columns[1], columns[2], Label.valueOf(columns[0].replace("!", "")), miss);
		}

	}

	static Stream<Example> examples() {
		try (var in = Objects.requireNonNull(LexicalModelTest.class.getResourceAsStream("/lexical/examples.txt"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.map(Example::parse);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ParameterizedTest
	@MethodSource("examples")
	void judgesExamplesAsListed(Example example) {
		Label label = judge(example.preference(), example.post());
		assertThat(label != example.wanted()).as("%s missed, answer is %s", example, label).isEqualTo(example.miss());
	}

	@Test
	void answersEveryPostOnceUnderItsIndex() {
		StepVerifier.create(MODEL.judge("block crypto", List.of("bitcoin", "good morning", "bitcoin")))
			.expectNext(List.of(new Judgement(0, Label.BLOCK, 0), new Judgement(1, Label.ALLOW, 0),
					new Judgement(2, Label.BLOCK, 0)))
			.expectComplete()
			.verify(Duration.ofSeconds(10));
	}

	@ParameterizedTest
	@ValueSource(strings = { "...", "???", "not", "but", "except", "and and and", "only", "🙂", "block", "keep",
			"is fine", "i'm feeling a little low these days so please be gentle with what you put in front of me" })
	void showsEverythingWhenThePreferenceNamesNothing(String preference) {
		assertThat(judge(preference, "bitcoin casino senate porn, a bit of all of it")).isEqualTo(Label.ALLOW);
	}

	@ParameterizedTest
	@ValueSource(strings = { "politics\ncrypto", "hide politics\ncrypto", "hide\npolitics and\ncrypto",
			"hide:\npolitics,\ncrypto", "no politics\nno crypto\nkeep cooking" })
	void linesOfAPreferenceAreClauses(String preference) {
		assertThat(judge(preference, "the senate votes on the election bill")).isEqualTo(Label.BLOCK);
		assertThat(judge(preference, "bitcoin and ethereum to the moon")).isEqualTo(Label.BLOCK);
		assertThat(judge(preference, "a recipe for bread")).isEqualTo(Label.ALLOW);
	}

	@ParameterizedTest
	@ValueSource(strings = { "show only\npolitics\ncrypto", "hide everything except\npolitics and\ncrypto" })
	void aListOfWhatIsKeptGoesOnOverLines(String preference) {
		assertThat(judge(preference, "the senate votes on the election bill")).isEqualTo(Label.ALLOW);
		assertThat(judge(preference, "bitcoin and ethereum to the moon")).isEqualTo(Label.ALLOW);
		assertThat(judge(preference, "a recipe for bread")).isEqualTo(Label.BLOCK);
	}

	@Test
	void oneWeakWordHidesNothing() {
		assertThat(judge("block spam", "is the museum free?")).isEqualTo(Label.ALLOW);
		assertThat(judge("block violence", "there was a fight over the last croissant")).isEqualTo(Label.ALLOW);
	}

	@Test
	void weakWordsScatteredOverALongTextHideNothing() {
		String filler = "the quick brown fox jumps over a lazy dog by the river bank at dawn ".repeat(120);
		assertThat(judge("block spam", "free " + filler + " offer " + filler + " deal")).isEqualTo(Label.ALLOW);
		assertThat(judge("block spam", "free offer deal")).isEqualTo(Label.BLOCK);
	}

	@Test
	void judgesLongTextsOffTheCallersThread() {
		String caller = Thread.currentThread().getName();
		StepVerifier
			.create(MODEL.judge(DEFAULT, List.of("bitcoin ".repeat(1_250)))
				.map((_) -> Thread.currentThread().getName()))
			.assertNext((thread) -> assertThat(thread).isNotEqualTo(caller))
			.expectComplete()
			.verify(Duration.ofSeconds(10));
	}

	@Test
	void survivesAnyText() {
		Random random = new Random(7);
		for (int i = 0; i < 300; i++) {
			String noise = random.ints(random.nextInt(200), 1, 0x2ffff)
				.filter(Character::isDefined)
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString();
			assertThat(judge("block " + noise, noise + " a a a a " + noise)).isNotNull();
			assertThat(judge(DEFAULT, "x ".repeat(i) + noise)).isNotNull();
		}
	}

	@Test
	void namesItselfAndTheVersionOfItsLists() {
		assertThat(MODEL.name()).isEqualTo("lexical");
		assertThat(MODEL.promptVersion()).matches("1-[0-9a-f]{8}");
		assertThat(MODEL.promptVersion())
			.isEqualTo(new LexicalModel(new Lexicon(), Schedulers.immediate()).promptVersion());
	}

	private static Label judge(String preference, String post) {
		return Objects.requireNonNull(MODEL.judge(preference, List.of(post)).block(Duration.ofSeconds(10)))
			.getFirst()
			.label();
	}

}
