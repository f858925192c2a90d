package io.clearview.training;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;

import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.local.LocalJudge;
import io.clearview.classifier.model.local.LocalWish;
import io.clearview.training.Dataset.Labelled;

/**
 * Prints precision, recall, F1 and false positives of each task, with its own preference
 * and with those of {@code training/preferences.txt}; each post is judged by heads that
 * have not seen it.
 */
final class Evaluate {

	private Evaluate() {
	}

	static void print(Training training, List<Double> thresholds, int folds, PrintStream out) throws IOException {
		List<LocalJudge> judges = new ArrayList<>();
		for (int fold = 0; fold < folds; fold++) {
			judges.add(new LocalJudge(training.without(fold, folds, thresholds)));
		}
		List<Labelled> posts = training.posts();
		List<LocalWish.Post> read = new ArrayList<>();
		for (int i = 0; i < posts.size(); i++) {
			read.add(judges.get(i % folds).post(posts.get(i).text()));
		}
		Map<String, List<String>> preferences = new LinkedHashMap<>();
		posts.forEach(
				(post) -> preferences.computeIfAbsent(post.task(), (_) -> new ArrayList<>(List.of(post.preference()))));
		double sum = 0;
		out.println("| task | preference | precision | recall | F1 | false positives |");
		out.println("| --- | --- | --- | --- | --- | --- |");
		for (Map.Entry<String, List<String>> task : preferences.entrySet()) {
			sum += row(task.getKey(), task.getValue().getFirst(), posts, read, (i) -> judges.get(i % folds), out);
		}
		out.printf(Locale.ROOT, "| **mean of %d tasks** | | | | **%.3f** | |%n", preferences.size(),
				sum / preferences.size());
		for (String line : HeadSpec.lines("/training/preferences.txt")) {
			String[] columns = line.split("\\s*\\|\\s*", 2);
			if (preferences.containsKey(columns[0])) {
				row(columns[0], columns[1], posts, read, (i) -> judges.get(i % folds), out);
			}
		}
	}

	private static double row(String task, String preference, List<Labelled> posts, List<LocalWish.Post> read,
			IntFunction<LocalJudge> judges, PrintStream out) {
		Map<LocalJudge, LocalWish> wishes = new LinkedHashMap<>();
		Scores scores = new Scores();
		for (int i = 0; i < posts.size(); i++) {
			if (posts.get(i).task().equals(task)) {
				LocalWish wish = wishes.computeIfAbsent(judges.apply(i),
						(judge) -> judge.wish(preference.toLowerCase(Locale.ROOT)));
				scores.add(posts.get(i).hidden(), wish.judge(read.get(i)) == Label.BLOCK);
			}
		}
		out.printf(Locale.ROOT, "| %s | %s | %.3f | %.3f | %.3f | %.1f %% |%n", task, preference, scores.precision(),
				scores.recall(), scores.f1(), 100 * scores.falsePositiveRate());
		return scores.f1();
	}

	/** For {@code deploy/model/evaluate}: the file of pieces, the data, the folds. */
	public static void main(String[] args) throws IOException {
		int folds = Integer.parseInt(args[2]);
		Training training = new Training(EncodedPieces.read(Path.of(args[0])), Dataset.read(Path.of(args[1])), 1);
		print(training, training.thresholds(folds), folds, System.out);
	}

}
