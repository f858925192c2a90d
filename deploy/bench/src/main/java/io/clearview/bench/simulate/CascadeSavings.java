package io.clearview.bench.simulate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.clearview.bench.report.ReportTable;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.local.LocalJudge;
import io.clearview.classifier.model.local.LocalWish;
import io.clearview.classifier.model.local.Sureness;
import org.jspecify.annotations.Nullable;

/**
 * What the embedded model as first stage ({@code clearview.model.cascade}) saves, and
 * which labels it changes, measured on labelled posts. All figures are means over the
 * tasks, so that a task with many posts does not decide.
 */
final class CascadeSavings {

	private static final double[] PRECISIONS = { 0.90, 0.93, 0.95, 0.97, 0.99 };

	private static final int COLUMNS = 4;

	private final Map<String, List<Scored>> tasks;

	private CascadeSavings(Map<String, List<Scored>> tasks) {
		this.tasks = tasks;
	}

	/** A post of a task: how sure the model is of BLOCK, in log-odds, and its label. */
	private record Scored(float score, Label label) {
	}

	/**
	 * Scores the posts of a file with lines of task, preference, label (ALLOW or BLOCK)
	 * and text, separated by tabs. The first line may name the columns.
	 * @throws IOException if the file cannot be read, or has other lines
	 */
	static CascadeSavings read(Path file, LocalJudge judge) throws IOException {
		Map<String, LocalWish> wishes = new HashMap<>();
		Map<String, List<Scored>> tasks = new LinkedHashMap<>();
		List<String> lines = Files.readAllLines(file);
		for (int i = 0; i < lines.size(); i++) {
			String[] columns = lines.get(i).split("\t", COLUMNS);
			Label label = (columns.length == COLUMNS) ? label(columns[2]) : null;
			if (label == null) {
				if (i == 0) {
					continue;
				}
				throw new IOException(
						"%s, line %d: expected task, preference, ALLOW or BLOCK, and text".formatted(file, i + 1));
			}
			LocalWish wish = wishes.computeIfAbsent(columns[1],
					(preference) -> judge.wish(preference.toLowerCase(Locale.ROOT)));
			tasks.computeIfAbsent(columns[0], (_) -> new ArrayList<>())
				.add(new Scored(wish.score(judge.post(columns[3])), label));
		}
		if (tasks.isEmpty()) {
			throw new IOException(file + ": no labelled post, expected at least one");
		}
		return new CascadeSavings(tasks);
	}

	private static @Nullable Label label(String word) {
		return switch (word) {
			case "ALLOW" -> Label.ALLOW;
			case "BLOCK" -> Label.BLOCK;
			default -> null;
		};
	}

	/**
	 * A row for each setting.
	 * @param judged posts that the provider is asked for in a day without a cascade
	 */
	ReportTable table(long judged) {
		List<List<String>> rows = new ArrayList<>();
		for (double precision : PRECISIONS) {
			Sureness sureness = Sureness.of(precision);
			double saved = mean(sureness, false);
			rows.add(List.of(String.format(Locale.ROOT, "%.2f", precision), ReportTable.percent(saved),
					ReportTable.percent(mean(sureness, true)), ReportTable.cell(Math.round(judged * (1 - saved)))));
		}
		return new ReportTable("What clearview.model.cascade saves",
				List.of("precision", "posts not sent", "labels changed", "posts sent a day"), rows);
	}

	private double mean(Sureness sureness, boolean changed) {
		return this.tasks.values().stream().mapToDouble((posts) -> (double) posts.stream().filter((post) -> {
			Label sure = sureness.label(post.score());
			return sure != null && (!changed || sure != post.label());
		}).count() / posts.size()).average().orElseThrow();
	}

}
