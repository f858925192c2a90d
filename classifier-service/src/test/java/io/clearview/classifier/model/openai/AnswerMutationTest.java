package io.clearview.classifier.model.openai;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

import io.clearview.classifier.model.Label;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** However a good answer is changed, no label that is read differs from the truth. */
class AnswerMutationTest {

	private static final int ANSWERS = 100_000;

	private final Random random = new Random(20_261_127);

	@Test
	void aLabelIsTrueOrAbsent() {
		int read = 0;
		for (int i = 0; i < ANSWERS; i++) {
			List<Label> truth = new ArrayList<>();
			for (int post = 0; post < 2 + this.random.nextInt(9); post++) {
				truth.add(this.random.nextBoolean() ? Label.BLOCK : Label.ALLOW);
			}
			String answer = mutate(truth);
			Map<Integer, Label> labels = AnswerReader.read(answer, truth.size());
			labels.forEach((index, label) -> assertThat(label).as(answer).isEqualTo(truth.get(index)));
			read += labels.isEmpty() ? 0 : 1;
		}
		assertThat(read).isBetween(ANSWERS / 3, ANSWERS);
	}

	private String mutate(List<Label> truth) {
		List<String> entries = entries(truth, 1);
		String good = list(entries);
		String draft = list(entries(truth.stream().map(AnswerMutationTest::opposite).toList(), 1));
		Collections.shuffle(entries, this.random);
		String reordered = list(entries);
		return switch (this.random.nextInt(14)) {
			case 0 -> reordered;
			case 1 -> good.substring(0, this.random.nextInt(good.length()));
			case 2 -> good + "\n" + reordered;
			case 3 -> list(entries(truth, 0));
			case 4 -> list(entries(truth, 2));
			case 5 -> "Sure [as asked]:\n```json\n" + good + "\n```\nAnything {else}?";
			case 6 -> draft + " No, wait. " + good;
			case 7 -> "<think>" + draft + "</think>" + good;
			case 8 -> "<think>" + draft;
			case 9 -> "<|channel|>analysis<|message|>" + draft + "<|end|><|start|>assistant<|channel|>final<|message|>"
					+ good;
			case 10 -> "<|channel|>analysis<|message|>" + draft;
			case 11 -> good.replace("]}", ",{\"id\":1,\"label\":\"" + opposite(truth.getFirst()) + "\"}]}");
			case 12 -> good.replace("\"BLOCK\"", "\"block.\"").replace("\"id\":1,", "\"id\":\"post 1\",");
			default -> draft.substring(0, draft.length() - 1 - this.random.nextInt(2)) + good;
		};
	}

	private static List<String> entries(List<Label> labels, int from) {
		List<String> entries = new ArrayList<>();
		for (int i = 0; i < labels.size(); i++) {
			entries.add("{\"id\":" + (i + from) + ",\"label\":\"" + labels.get(i) + "\"}");
		}
		return entries;
	}

	private static String list(List<String> entries) {
		return entries.stream().collect(Collectors.joining(",", "{\"labels\":[", "]}"));
	}

	private static Label opposite(Label label) {
		return (label == Label.ALLOW) ? Label.BLOCK : Label.ALLOW;
	}

}
