package io.clearview.classifier.model.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;

class LocalModelTest {

	private static final String DEFAULT = "filter harmful, explicit, and abusive content";

	private static final Weights WEIGHTS = Weights.load();

	private static final LocalModel MODEL = new LocalModel(new LocalJudge(WEIGHTS), Schedulers.parallel());

	record Example(Label wanted, boolean missedByTerms, String preference, String post) {

		static Example parse(String line) {
			String[] columns = line.split(" \\| ", 3);
			return new Example(Label.valueOf(columns[0].replace("!", "")), columns[0].startsWith("!"),
					columns[1].replace("\\n", "\n"), columns[2]);
		}

		boolean isRight() {
			return judge(this.preference, this.post) == this.wanted;
		}

	}

	private static Stream<Example> read(String resource) {
		try (var in = Objects.requireNonNull(LocalModelTest.class.getResourceAsStream(resource))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.isBlank() && !line.startsWith("#"))
				.map(Example::parse);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static Stream<Example> rightByTerms() {
		return read("/lexical/examples.txt").filter((example) -> !example.missedByTerms());
	}

	static Stream<Example> ownExamples() {
		return read("/local/examples.txt");
	}

	@ParameterizedTest
	@MethodSource("rightByTerms")
	void judgesRightWhatTheTermListsJudgeRight(Example example) {
		assertThat(example.isRight()).as(example.toString()).isTrue();
	}

	@Test
	void judgesRightHalfOfWhatTheTermListsMiss() {
		List<Example> missed = read("/lexical/examples.txt").filter(Example::missedByTerms).toList();
		List<Example> still = missed.stream().filter((example) -> !example.isRight()).toList();
		assertThat(still).hasSizeLessThanOrEqualTo(missed.size() / 2);
	}

	@ParameterizedTest
	@MethodSource("ownExamples")
	void judgesExamplesAsListed(Example example) {
		assertThat(example.isRight()).as(example.toString()).isEqualTo(!example.missedByTerms());
	}

	@Test
	void itsWeightsBelongToThisVersionOfTheCode() {
		assertThat(Fingerprint.of(new TextReader(WEIGHTS.pieces(), WEIGHTS.embeddings())))
			.as("features of fixed texts; if texts are read differently, run deploy/model/train")
			.isEqualTo(WEIGHTS.fingerprint());
	}

	@Test
	void weightsAreWrittenAsTheyWereRead() throws IOException {
		byte[] bytes = WEIGHTS.write();
		assertThat(bytes.length).isLessThanOrEqualTo(10_000_000);
		assertThat(Weights.read(bytes).version()).isEqualTo(WEIGHTS.version());
	}

	@Test
	void namesItselfAndTheVersionOfItsWeightsAndLists() {
		assertThat(MODEL.name()).isEqualTo("local");
		assertThat(MODEL.promptVersion()).matches("1-" + WEIGHTS.version() + "-[0-9a-f]{8}");
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
		assertThat(new LocalJudge(WEIGHTS).wish(preference).understood()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Bloquea spam y criptomonedas | false
			スパムをブロック | false
			Ich möchte keine Werbung sehen | false
			Masquer la politique | false
			блокируй, футбол | false
			Block spam | true
			hide politics, but not local elections | true
			no cooking please | true
			Filter harmful, explicit, and abusive content | true
			I'm tired of celebrity gossip | true
			no "game of thrones" please 🙏 | true
			hide #brexit | true
			""")
	void saysWhetherItUnderstandsAPreference(String preference, boolean understood) {
		assertThat(new LocalJudge(WEIGHTS).wish(preference.toLowerCase(Locale.ROOT)).understood())
			.isEqualTo(understood);
	}

	@ParameterizedTest
	@ValueSource(strings = { "buy cheap followers now, guaranteed profit",
			"b\u200buy cheap f\u200bollowers now, guaranteed profit", "buy cheap fоllоwers now, guaranteed profit",
			"buy cheap f0ll0wers now, guaranteed prof1t", "b u y cheap f o l l o w e r s now, guaranteed profit" })
	void seesThroughDisguises(String post) {
		assertThat(judge("block spam", post)).isEqualTo(Label.BLOCK);
	}

	@Test
	void survivesAnyText() {
		Random random = new Random(7);
		for (int i = 0; i < 200; i++) {
			String noise = random.ints(random.nextInt(200), 1, 0x2ffff)
				.filter(Character::isDefined)
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString();
			assertThat(judge("block " + noise, noise + " a a a a " + noise)).isNotNull();
			assertThat(judge(DEFAULT, "x ".repeat(i) + noise)).isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a ", "#", "@a ", "&#1", "http:///", "ﷺ", "abcdefghij", "f.r.e.e " })
	void readsTenThousandCharactersOfAnything(String unit) {
		String text = unit.repeat(10_000 / unit.length());
		assertThat(judge("block spam, cooking and feminism", text)).isNotNull();
		assertThat(new LocalJudge(WEIGHTS).post(text).features().words()).hasSizeLessThanOrEqualTo(Features.MOST_WORDS);
	}

	private static Label judge(String preference, String post) {
		return Objects
			.requireNonNull(
					MODEL.judge(preference.toLowerCase(Locale.ROOT), List.of(post)).block(Duration.ofSeconds(10)))
			.getFirst()
			.label();
	}

}
