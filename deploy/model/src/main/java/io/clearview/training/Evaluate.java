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
import java.util.function.Predicate;

import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.local.LocalJudge;
import io.clearview.classifier.model.local.LocalWish;
import io.clearview.training.Dataset.Labelled;

/**
 * Prints precision, recall, F1 and false positives of each task, with its own preference
 * and with those of {@code training/preferences.txt}; each post is judged by heads and
 * thresholds that know nothing of it.
 */
final class Evaluate {

	private static final double[] PRECISIONS = { 0.90, 0.93, 0.95, 0.97, 0.99 };

	/** Log-odds beyond which no label is taken. */
	private static final float FARTHEST = 12;

	private static final float STEP = 0.1f;

	private Evaluate() {
	}

	static void print(Training training, int folds, PrintStream out) throws IOException {
		List<LocalJudge> judges = new ArrayList<>();
		for (int fold = 0; fold < folds; fold++) {
			judges.add(new LocalJudge(training.without(fold, folds)));
		}
		List<Labelled> posts = training.posts();
		List<LocalWish.Post> read = new ArrayList<>();
		for (int i = 0; i < posts.size(); i++) {
			read.add(judges.get(i % folds).post(posts.get(i).text()));
		}
		Map<String, List<String>> preferences = new LinkedHashMap<>();
		posts.forEach(
				(post) -> preferences.computeIfAbsent(post.task(), (_) -> new ArrayList<>(List.of(post.preference()))));
		Map<String, List<Scored>> scored = new LinkedHashMap<>();
		double sum = 0;
		out.println("| task | preference | precision | recall | F1 | false positives |");
		out.println("| --- | --- | --- | --- | --- | --- |");
		for (Map.Entry<String, List<String>> task : preferences.entrySet()) {
			sum += row(task.getKey(), task.getValue().getFirst(), posts, read, (i) -> judges.get(i % folds), out,
					scored.computeIfAbsent(task.getKey(), (_) -> new ArrayList<>()));
		}
		out.printf(Locale.ROOT, "| **mean of %d tasks** | | | | **%.3f** | |%n", preferences.size(),
				sum / preferences.size());
		for (String line : HeadSpec.lines("/training/preferences.txt")) {
			String[] columns = line.split("\\s*\\|\\s*", 2);
			if (preferences.containsKey(columns[0])) {
				row(columns[0], columns[1], posts, read, (i) -> judges.get(i % folds), out, new ArrayList<>());
			}
		}
		out.println();
		sureness(scored, out);
	}

	/**
	 * Prints how far from the threshold a score must be for a given precision of its
	 * label, and what a cascade with it saves: the mean over the tasks, with their own
	 * preferences.
	 */
	private static void sureness(Map<String, List<Scored>> tasks, PrintStream out) {
		out.println("| precision | BLOCK from | ALLOW to | not asked | labels changed |");
		out.println("| --- | --- | --- | --- | --- |");
		for (double precision : PRECISIONS) {
			float block = 0;
			while (block < FARTHEST && precision(tasks, block, true) < precision) {
				block += STEP;
			}
			float allow = 0;
			while (allow > -FARTHEST && precision(tasks, allow, false) < precision) {
				allow -= STEP;
			}
			float from = block;
			float to = allow;
			double sure = mean(tasks, (one) -> one.score() >= from || one.score() <= to, (_) -> true);
			double wrong = mean(tasks,
					(one) -> (one.score() >= from && !one.hidden()) || (one.score() <= to && one.hidden()),
					(_) -> true);
			out.printf(Locale.ROOT, "| %.2f | %.1f | %.1f | %.1f %% | %.1f %% |%n", precision, block, allow, 100 * sure,
					100 * wrong);
		}
	}

	private static double precision(Map<String, List<Scored>> tasks, float bar, boolean block) {
		return mean(tasks, (one) -> one.hidden() == block, (one) -> block ? one.score() >= bar : one.score() <= bar);
	}

	/**
	 * Mean over the tasks of the share of posts that are {@code what}, of those
	 * {@code among}.
	 */
	private static double mean(Map<String, List<Scored>> tasks, Predicate<Scored> what, Predicate<Scored> among) {
		return tasks.values().stream().mapToDouble((scored) -> {
			List<Scored> chosen = scored.stream().filter(among).toList();
			return chosen.isEmpty() ? 1 : (double) chosen.stream().filter(what).count() / chosen.size();
		}).average().orElse(0);
	}

	/** A post and what it scored with the preference of its task. */
	private record Scored(float score, boolean hidden) {
	}

	private static double row(String task, String preference, List<Labelled> posts, List<LocalWish.Post> read,
			IntFunction<LocalJudge> judges, PrintStream out, List<Scored> scored) {
		Map<LocalJudge, LocalWish> wishes = new LinkedHashMap<>();
		Scores scores = new Scores();
		for (int i = 0; i < posts.size(); i++) {
			if (posts.get(i).task().equals(task)) {
				LocalWish wish = wishes.computeIfAbsent(judges.apply(i),
						(judge) -> judge.wish(preference.toLowerCase(Locale.ROOT)));
				scores.add(posts.get(i).hidden(), wish.judge(read.get(i)) == Label.BLOCK);
				scored.add(new Scored(wish.score(read.get(i)), posts.get(i).hidden()));
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
		print(training, folds, System.out);
	}

}
