package io.clearview.classifier.verdict;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.time.Duration;

import io.clearview.classifier.model.TokenEstimate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

class CanonicalTest {

	private static final int ROOM = 10_000;

	@Example
	void preferencesThatDifferInCaseAndSpaceAreOne() {
		assertThat(Canonical.preference("  Block\tSPAM\u00a0\n and   Scams ")).isEqualTo("block spam\nand scams");
		assertThat(Canonical.preference("ＢＬＯＣＫ ｓｐａｍ")).isEqualTo("block spam");
		assertThat(Canonical.preference("STRASSE")).isEqualTo(Canonical.preference("straße"))
			.isEqualTo(Canonical.preference("STRAẞE"));
		assertThat(Canonical.preference("ΣΊΣΥΦΟΣ")).isEqualTo(Canonical.preference("σίσυφος"));
	}

	@Example
	void preferencesThatDifferInWordsStayDifferent() {
		assertThat(Canonical.preference("hide politics")).isNotEqualTo(Canonical.preference("hide poltics"));
	}

	@Example
	void linesOfAPreferenceAreKept() {
		assertThat(Canonical.preference("politics\ncrypto")).isEqualTo("politics\ncrypto")
			.isEqualTo(Canonical.preference(" Politics \t\r\n\r\n  CRYPTO\u2028 \n"))
			.isNotEqualTo(Canonical.preference("politics crypto"));
		assertThat(Canonical.preference("polític\ncrypto")).isEqualTo("polític\ncrypto");
	}

	@Example
	void aPreferenceThatGrowsWhenFoldedIsCut() {
		assertThat(Canonical.preference("\ufdfa".repeat(2_000))).hasSizeBetween(1_900, 2_000);
		assertThat(Canonical.preference("a" + "\ud835\udd4f\ud83d\ude00".repeat(499) + "\ufdfa"))
			.hasSizeLessThan(2_000);
		String emoji = Canonical.preference("\ufdfa" + "\ud83d\ude00".repeat(999));
		assertThat(emoji).hasSizeBetween(1_999, 2_000);
		assertThat(Character.isHighSurrogate(emoji.charAt(emoji.length() - 1))).isFalse();
		assertThat(Canonical.preference("x".repeat(2_000))).hasSize(2_000);
	}

	@Example
	void aPostOfNothingButLinksKeepsThemWhole() {
		assertThat(Canonical.content("https://t.co/aaa", ROOM)).isEqualTo("https://t.co/aaa");
		assertThat(Canonical.content(" https://t.co/aaa -\n(http://t.co/b?c) ", ROOM))
			.isEqualTo("https://t.co/aaa - (http://t.co/b?c)");
		assertThat(Canonical.content("1 https://t.co/aaa", ROOM)).isEqualTo("1 t.co");
		assertThat(Canonical.content("https://t.co/aaa 日", ROOM)).isEqualTo("t.co 日");
	}

	@Example
	void contentKeepsItsCase() {
		assertThat(Canonical.content(" FREE  money\r\n now ", ROOM)).isEqualTo("FREE money now");
		assertThat(Canonical.content("e\u0301te\u0301", ROOM)).isEqualTo("été");
		assertThat(Canonical.content(" \t\u2003\u2028 ", ROOM)).isEmpty();
	}

	@Example
	void controlCharactersOfWronglyDecodedTextAreRemoved() {
		assertThat(Canonical.content("FREE\u007f mo\u0089ne\u0085y é", ROOM)).isEqualTo("FREE money é");
		assertThat(Canonical.content("FREE\u007f money", ROOM)).isEqualTo("FREE money");
		assertThat(Canonical.content("e\u0090\u0301 \u009f", ROOM)).isEqualTo("é");
		assertThat(Canonical.preference("Block \u0080SP\u007fAM")).isEqualTo("block spam");
	}

	@Example
	void linksBecomeTheirHosts() {
		assertThat(Canonical.content("look https://t.co/aB3 now", ROOM)).isEqualTo("look t.co now")
			.isEqualTo(Canonical.content("look https://t.co/Zz9?x=1#y now", ROOM));
		assertThat(Canonical.content("So (HTTP://User:pw@News.Example:8080/a/b).", ROOM))
			.isEqualTo("So (news.example).");
		assertThat(Canonical.content("Try www.Shop.example/buy, www.a.b", ROOM))
			.isEqualTo("Try www.shop.example, www.a.b");
		assertThat(Canonical.content("見てhttps://t.co/aB3これ", ROOM)).isEqualTo("見てt.coこれ");
		assertThat(Canonical.content("https://münchen.example/straße", ROOM)).isEqualTo("münchen.exampleße");
		assertThat(Canonical.content("https:// http://? node.js/express awww.x/y", ROOM))
			.isEqualTo("https:// http://? node.js/express awww.x/y");
	}

	@Example
	void aLinkThatACutLeftWithoutItsHostIsNoWord() {
		for (String text : new String[] { "https://t.co/a1 https://t.co/b2", "https://t.co/a1>www.a.b",
				"www.Ab.cd/e (http://a.b/c?d=e)", "https://t.co/a1 https://user:pw@t.co/b2" }) {
			for (int room = 5; room < 12; room++) {
				String content = Canonical.content(text, room);
				assertThat(content).matches("(https://t.co|www.Ab).*");
				assertThat(Canonical.content(content, room)).isEqualTo(content);
			}
		}
	}

	@Example
	void longPostsAreCutAfterASentenceOrAWord() {
		String sentence = "One two three four five six seven eight nine ten eleven. ";
		assertThat(Canonical.content(sentence.repeat(40), 110)).isEqualTo(sentence.repeat(7).strip());
		assertThat(Canonical.content("word ".repeat(500), 100)).isEqualTo("word ".repeat(80).strip());
		assertThat(Canonical.content("x".repeat(5_000), 100)).hasSize(400);
		assertThat(Canonical.content("これは文です。".repeat(100), 100)).hasSizeLessThan(90).endsWith("。");
		assertThat(Canonical.content("😀".repeat(500), 101)).isEqualTo("😀".repeat(40));
	}

	@Property(tries = 500)
	void aCanonicalPreferenceIsItsOwnCanonicalForm(@ForAll("texts") String text) {
		String preference = Canonical.preference(text);
		assertThat(Canonical.preference(preference)).isEqualTo(preference);
	}

	@Property(tries = 500)
	void canonicalContentIsItsOwnCanonicalForm(@ForAll("posts") String text,
			@ForAll @IntRange(min = 5, max = 60) int room) {
		String content = Canonical.content(text, room);
		assertThat(Canonical.content(content, room)).isEqualTo(content);
	}

	@Property(tries = 500)
	void unicodeFormsOfATextAreOne(@ForAll("texts") String text) {
		String whole = text.replaceAll("\\p{M}", "");
		for (Form form : new Form[] { Form.NFC, Form.NFD }) {
			String other = Normalizer.normalize(whole, form);
			assertThat(Canonical.preference(other)).isEqualTo(Canonical.preference(whole));
			assertThat(Canonical.content(other, ROOM)).isEqualTo(Canonical.content(whole, ROOM));
		}
	}

	@Property(tries = 500)
	void whatIsJudgedFitsItsRoomAndIsWellFormed(@ForAll("texts") String text,
			@ForAll @IntRange(min = 1, max = 60) int room) {
		String content = Canonical.content(text, room);
		assertThat(TokenEstimate.estimate(content)).isLessThanOrEqualTo(room);
		assertThat(content).doesNotStartWith(" ").doesNotEndWith(" ").doesNotContain("  ");
		assertThat(new String(content.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)).isEqualTo(content);
	}

	@Property(tries = 200)
	void theFastPathForAsciiAgreesWithTheSlowOne(@ForAll("ascii") String text) {
		String slow = Canonical.content(text + " é", ROOM);
		assertThat(Canonical.content(text + " e", ROOM)).isEqualTo(slow.substring(0, slow.length() - 1) + "e");
	}

	@Example
	void urlsAreReducedInLinearTime() {
		String hosts = "http://a ".repeat(100_000);
		for (String text : new String[] { "http:///".repeat(125_000), "http://:".repeat(125_000),
				"www.@:".repeat(160_000), "www.a.@".repeat(140_000), "http://www.@:".repeat(70_000),
				"http://-@".repeat(110_000) + "@", "http://.".repeat(125_000), "https://@?".repeat(100_000), hosts }) {
			assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Urls.toHosts(text),
					"A million characters take milliseconds, and minutes if work is quadratic");
		}
		assertThat(Urls.toHosts("http:///".repeat(3))).isEqualTo("http:///".repeat(3));
		assertThat(Urls.toHosts("http://x@www.a@b.c/d http://@")).isEqualTo("b.c http://@");
		assertThat(Urls.toHosts("http://a@... www.x@.")).isEqualTo("http://a@... www.x@.");
	}

	@Example
	void tenThousandCombiningMarksTakeNoLongerThanLetters() {
		StringBuilder marks = new StringBuilder("a");
		for (int i = 1; i < 10_000; i++) {
			marks.append((i % 2 == 0) ? '\u0301' : (i % 3 == 0) ? '\uff9e' : '\u0316');
		}
		assertTimeout(Duration.ofSeconds(10), () -> {
			for (int i = 0; i < 500; i++) {
				Canonical.content(marks.toString(), ROOM);
			}
		}, "At 70 ms each, which is what it takes without the bound, this would be 35 s");
	}

	@Provide
	Arbitrary<String> texts() {
		Arbitrary<String> pieces = Arbitraries.of("https://", "http://", "www.", "t.co/a1", "@", "/", ".", "!", "? ",
				" ", "\n", "\u00a0", "a", "B", "ß", "ẞ", "İ", "ı", "Σ", "ς", "e\u0301", "\u0316\u0301", "ﬁ", "。", "日本",
				"😀", "\ud83d", "ｶﾞ", "\ufdfa", "ǅ", "한");
		Arbitrary<String> letters = Arbitraries.strings().all().ofMaxLength(5);
		return Arbitraries.frequencyOf(Tuple.of(4, pieces), Tuple.of(1, letters))
			.list()
			.ofMaxSize(60)
			.map((parts) -> String.join("", parts));
	}

	@Provide
	Arbitrary<String> posts() {
		return Arbitraries
			.of("https://t.co/a1", "(http://a.b/c?d=e)", "www.Ab.cd/e", "https://t.co/a1>www.a.b", "FREE", "ß!",
					"e\u0301", "日本。", "😀", "ｶﾞ", "\ufdfa", "ok.", "\n", "")
			.list()
			.ofMaxSize(60)
			.map((words) -> String.join(" ", words));
	}

	@Provide
	Arbitrary<String> ascii() {
		return Arbitraries.strings().withCharRange(' ', '~').withChars("\t\n\r").ofMaxLength(300);
	}

}
