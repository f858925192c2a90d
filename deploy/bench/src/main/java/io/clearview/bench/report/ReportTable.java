package io.clearview.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table for people: on a terminal, and as Markdown.
 *
 * @param title above it
 * @param head names of the columns
 * @param rows as many cells each as {@code head}
 */
public record ReportTable(String title, List<String> head, List<List<String>> rows) {

	public ReportTable {
		head = List.copyOf(head);
		rows = rows.stream().map(List::copyOf).toList();
		for (List<String> row : rows) {
			if (row.size() != head.size()) {
				throw new IllegalArgumentException("row of " + row.size() + " cells in a table of " + head.size());
			}
		}
	}

	/** A number as a cell: three significant digits, no exponent; a dash for none. */
	public static String cell(double value) {
		if (Double.isNaN(value) || Double.isInfinite(value)) {
			return "–";
		}
		double size = Math.abs(value);
		if (size >= 100 || value == Math.rint(value)) {
			return String.format(Locale.ROOT, "%,.0f", value);
		}
		return String.format(Locale.ROOT, (size >= 10) ? "%.1f" : (size >= 0.1) ? "%.2f" : "%.4f", value);
	}

	/** A share as a cell, in per cent. */
	public static String percent(double share) {
		return (Double.isNaN(share) || Double.isInfinite(share)) ? "–"
				: String.format(Locale.ROOT, "%.1f %%", share * 100);
	}

	/** For a terminal: columns aligned, numbers to the right. */
	public String text() {
		List<Integer> widths = widths();
		StringBuilder text = new StringBuilder(this.title).append('\n');
		line(text, this.head, widths, "  ");
		text.append("-".repeat(widths.stream().mapToInt((width) -> width + 2).sum() - 2)).append('\n');
		this.rows.forEach((row) -> line(text, row, widths, "  "));
		return text.toString();
	}

	/** As GitHub's Markdown. */
	public String markdown() {
		StringBuilder text = new StringBuilder("### ").append(this.title).append("\n\n");
		text.append(this.head.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
		text.append(IntStream.range(0, this.head.size())
			.mapToObj((column) -> (column == 0) ? "---" : "---:")
			.collect(Collectors.joining(" | ", "| ", " |\n")));
		this.rows.forEach((row) -> text.append(row.stream().collect(Collectors.joining(" | ", "| ", " |\n"))));
		return text.toString();
	}

	private static void line(StringBuilder text, List<String> cells, List<Integer> widths, String gap) {
		List<String> padded = new ArrayList<>();
		for (int column = 0; column < cells.size(); column++) {
			String padding = " ".repeat(widths.get(column) - cells.get(column).length());
			padded.add((column == 0) ? cells.get(column) + padding : padding + cells.get(column));
		}
		text.append(String.join(gap, padded).stripTrailing()).append('\n');
	}

	private List<Integer> widths() {
		return IntStream.range(0, this.head.size())
			.mapToObj((column) -> IntStream
				.concat(IntStream.of(this.head.get(column).length()),
						this.rows.stream().mapToInt((row) -> row.get(column).length()))
				.max()
				.orElse(0))
			.toList();
	}

}
