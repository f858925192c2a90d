package io.clearview.classifier.model.openai;

import java.util.Map;
import java.util.stream.Collectors;

import io.clearview.classifier.model.Label;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.clearview.classifier.model.Label.ALLOW;
import static io.clearview.classifier.model.Label.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

class AnswerReaderTest {

	@ParameterizedTest
	@ValueSource(strings = { """
			{"labels":[{"id":1,"label":"ALLOW"},{"id":2,"label":"BLOCK"},{"id":3,"label":"ALLOW"}]}""", """
			[{"id":3,"label":"ALLOW"},{"id":2,"label":"BLOCK"},{"id":1,"label":"ALLOW"}]""", """
			{"labels":[{"label":"allow","id":"1"},{"label":" Block ","id":" 2 "},{"label":"ALLOW","id":"03"}]}""", """
			{"1":"ALLOW","2":"BLOCK","3":"ALLOW"}""", """
			Here you are [as asked]:
			```json
			{"labels": [ {"id": 1, "label": "ALLOW"}, {"id": 2, "label": "BLOCK"}, {"id": 3, "label": "ALLOW"} ]}
			```
			Anything else?""", """
			<think>Maybe [{"id":1,"label":"BLOCK"}]? No.</think>
			[{"id":1,"label":"ALLOW"},{"id":2,"label":"BLOCK"},{"id":3,"label":"ALLOW"}]""", """
			{"labels":[{"id":1,"label":"ALLOW","why":"a cat"},{"id":2,"label":"BLOCK","why":["spam",{"x":1}]},
			{"id":3,"label":"ALLOW"}],"note":"done"}""", """
			{"labels":{"1":"ALLOW","2":"BLOCK","3":"ALLOW"}}""" })
	void readsWhatModelsWrite(String answer) {
		assertThat(AnswerReader.read(answer, 3)).isEqualTo(Map.of(0, ALLOW, 1, BLOCK, 2, ALLOW));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "4", "-1", "99999999999999999999", "\"post 9\"", "2.0", "null", "\"x\"" })
	void anUnknownNumberMakesAllInvalid(String id) {
		assertThat(AnswerReader.read("[{\"id\":1,\"label\":\"ALLOW\"},{\"id\":" + id + ",\"label\":\"BLOCK\"}]", 3))
			.isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "[{'id':1,'label':'BLOCK'},{'id':2,'label':'BLOCK'},{'id':1,'label':'ALLOW'}]",
			"{'1':'BLOCK','2':'BLOCK','1':'ALLOW'}", "[{'id':1,'id':2,'label':'BLOCK'}]",
			"[{'id':1,'label':'BLOCK','label':'ALLOW'}]", "[{'id':1,'label':'BLOCK'}] no: [{'id':1,'label':'ALLOW'}]",
			"{'labels':[{'id':1,'label':'BLOCK'}]} [{'id':2,'label':'BLOCK'},{'id':1,'label':'ALLOW'}]",
			"<think>[{'id':1,'label':'BLOCK'}]", "<THINKING>[{'id':1,'label':'BLOCK'}] ",
			"</think> <think>[{'id':1,'label':'BLOCK'}]", "<|channel|>analysis<|message|>[{'id':1,'label':'BLOCK'}]",
			"[{'id':1,'label':'BLOCK'},{'id':2,'lab", "{'labels':[{'id':1,'label':'BLOCK'}]",
			"<html><script>[{'id':1,'label':'BLOCK'}]</script>" })
	void whatIsNotWholeOrContradictsItselfIsNotBelieved(String answer) {
		assertThat(AnswerReader.read(answer.replace('\'', '"'), 2)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"<|channel|>analysis<|message|>{'1':'ALLOW','2':'BLOCK'}<|end|><|start|>assistant<|channel|>final<|message|>{'1':'BLOCK','2':'ALLOW'}",
			"{'1':'ALLOW','2':'BLOCK'}</think>{'1':'BLOCK','2':'ALLOW'}", "{'post 1':'Block.','post 2':'allow!'}",
			"[{'id':'post 1','label':'block'},{'id':'2','label':'Allow.'}]",
			"{'1':'BLOCK'} and so, all of them: {'1':'BLOCK','2':'ALLOW'}",
			"[{'id':1,'label':'BLOCK'},{'id':1,'label':'BLOCK'},{'id':2,'label':'ALLOW'}]" })
	void readsTheLastAnswer(String answer) {
		assertThat(AnswerReader.read(answer.replace('\'', '"'), 2)).isEqualTo(Map.of(0, BLOCK, 1, ALLOW));
	}

	@Test
	void readsTheOnlyPostWithoutAList() {
		assertThat(AnswerReader.read("{\"id\": 1, \"label\": \"BLOCK\"}", 1)).isEqualTo(Map.of(0, BLOCK));
	}

	@Test
	void whatStandsInsideAnEntryIsNoLabelOfAnotherPost() {
		assertThat(AnswerReader.read("""
				{"labels":[{"id":1,"label":"ALLOW","post":{"id":2,"label":"BLOCK"}},
				{"why":[{"id":3,"label":"BLOCK"}],"id":4,"label":"ALLOW"}]}""", 4))
			.isEqualTo(Map.of(0, ALLOW, 3, ALLOW));
	}

	@Test
	void otherLabelsAreNone() {
		assertThat(AnswerReader.read("""
				[{"id":1,"label":"MAYBE"},{"id":2,"label":true},{"id":3,"label":""},{"id":4,"label":"ALLOW"}]""", 4))
			.isEqualTo(Map.of(3, ALLOW));
	}

	@Test
	void idAndLabelOfDifferentEntriesDoNotMix() {
		assertThat(AnswerReader.read("[{\"id\":1},{\"label\":\"BLOCK\"},{\"id\":2,\"label\":\"ALLOW\"}]", 2))
			.isEqualTo(Map.of(1, ALLOW));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "ALLOW", "I cannot help with that.", "[", "{", "[[[[[[[[[[", "{\"labels\":[]}", "null",
			"{\"labels\":\"ALLOW\"}", "[1,2,3]", "[\"ALLOW\",\"BLOCK\"]", "{\"label\":\"BLOCK\"}", "]}]}" })
	void findsNothingWhereThereIsNothing(String answer) {
		assertThat(AnswerReader.read(answer, 3)).isEmpty();
	}

	@Test
	void survivesDepth() {
		assertThat(AnswerReader.read("[".repeat(100_000), 3)).isEmpty();
		assertThat(AnswerReader.read("{\"a\":".repeat(100_000), 3)).isEmpty();
	}

	@Property(tries = 150)
	void anAnswerCutAnywhereGivesOnlyTrueLabels(@ForAll("answers") Map<Integer, Label> labels,
			@ForAll @IntRange(max = 100) int percent) {
		String whole = write(labels);
		Map<Integer, Label> read = AnswerReader.read(whole.substring(0, whole.length() * percent / 100), 50);
		assertThat(labels).containsAllEntriesOf(read);
		if (percent == 100) {
			assertThat(read).isEqualTo(labels);
		}
	}

	@Property(tries = 150)
	void noiseNeverThrowsAndNeverNamesAnUnknownPost(@ForAll("noise") String noise) {
		assertThat(AnswerReader.read(noise, 5).keySet()).allMatch((index) -> index >= 0 && index < 5);
	}

	@Property(tries = 100)
	void chatterAroundAnAnswerChangesNothing(@ForAll("answers") Map<Integer, Label> labels,
			@ForAll("chatter") String before, @ForAll("chatter") String after) {
		assertThat(AnswerReader.read(before + write(labels) + after, 50)).isEqualTo(labels);
	}

	@Provide
	Arbitrary<Map<Integer, Label>> answers() {
		return Arbitraries.maps(Arbitraries.integers().between(0, 49), Arbitraries.of(Label.class)).ofMinSize(1);
	}

	@Provide
	Arbitrary<String> noise() {
		Arbitrary<String> part = Arbitraries.of("{", "}", "[", "]", "\"id\":", "\"label\":", "1", "7", "-1", ",",
				"\"ALLOW\"", "\"BLOCK\"", "{\"id\":1,\"label\":\"BLOCK\"}", " ", "\\", "\"", "\u0000", "\ud800", "…");
		return part.list().ofMaxSize(60).map((parts) -> String.join("", parts));
	}

	@Provide
	Arbitrary<String> chatter() {
		return Arbitraries.strings().withCharRange(' ', 'Z').withChars("äß…\n`").ofMaxLength(80);
	}

	private static String write(Map<Integer, Label> labels) {
		return labels.entrySet()
			.stream()
			.map((entry) -> "{\"id\":" + (entry.getKey() + 1) + ",\"label\":\"" + entry.getValue() + "\"}")
			.collect(Collectors.joining(", ", "{\"labels\": [", "]}"));
	}

}
