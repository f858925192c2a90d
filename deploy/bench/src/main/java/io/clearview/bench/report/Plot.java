package io.clearview.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * A plot as SVG: lines over time, or bars. Plain marks, direct labels, readable on light
 * and dark ground.
 */
public final class Plot {

	private static final List<String> COLOURS = List.of("#2a78d6", "#eb6834", "#1baa6e", "#a05fd0", "#c59a12",
			"#7a8794");

	private static final int WIDTH = 860;

	private static final int LEFT = 70;

	private static final int RIGHT = 150;

	private static final int TOP = 44;

	private Plot() {
	}

	/**
	 * One line of a plot.
	 *
	 * @param name beside its last point
	 * @param values one a step; a NaN leaves a gap
	 */
	public record Line(String name, List<Double> values) {

		public Line {
			values = List.copyOf(values);
		}

	}

	/**
	 * One group of stacked bars.
	 *
	 * @param name before it
	 * @param parts one a series, in the order of the legend
	 */
	public record Bar(String name, List<Double> parts) {

		public Bar {
			parts = List.copyOf(parts);
		}

	}

	/**
	 * Lines over equal steps, from zero.
	 * @param across what a step is, e.g. {@code seconds}
	 */
	public static String lines(String title, String across, List<Line> lines) {
		int height = 300;
		int steps = lines.stream().mapToInt((line) -> line.values().size()).max().orElse(1);
		double highest = nice(lines.stream()
			.flatMap((line) -> line.values().stream())
			.filter(Double::isFinite)
			.mapToDouble(Double::doubleValue)
			.max()
			.orElse(1));
		double stepWidth = (double) (WIDTH - LEFT - RIGHT) / Math.max(1, steps - 1);
		StringBuilder svg = open(title, height);
		for (int i = 0; i <= 4; i++) {
			double y = height - 40 - i / 4.0 * (height - 40 - TOP);
			grid(svg, y, ReportTable.cell(highest * i / 4));
		}
		text(svg, (LEFT + WIDTH - RIGHT) / 2.0, height - 8, "middle", across + " (" + steps + ")");
		for (int number = 0; number < lines.size(); number++) {
			line(svg, lines.get(number), number, stepWidth, highest, height);
		}
		return svg.append("</svg>\n").toString();
	}

	private static void line(StringBuilder svg, Line line, int number, double stepWidth, double highest, int height) {
		String colour = COLOURS.get(number % COLOURS.size());
		StringBuilder path = new StringBuilder();
		boolean pen = false;
		for (int step = 0; step < line.values().size(); step++) {
			double value = line.values().get(step);
			if (Double.isFinite(value)) {
				path.append(pen ? 'L' : 'M')
					.append(number(LEFT + step * stepWidth))
					.append(' ')
					.append(number(height - 40 - value / highest * (height - 40 - TOP)));
			}
			pen = Double.isFinite(value);
		}
		svg.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n".formatted(path, colour));
		svg.append("<text x=\"%d\" y=\"%d\" style=\"fill:%s\">%s</text>%n".formatted(WIDTH - RIGHT + 10,
				TOP + 12 + number * 18, colour, escape(line.name())));
	}

	/**
	 * Horizontal stacked bars.
	 * @param unit of the values
	 * @param legend names of the parts
	 */
	public static String bars(String title, String unit, List<String> legend, List<Bar> bars) {
		int height = TOP + 30 + bars.size() * 30;
		double highest = bars.stream().mapToDouble((bar) -> sum(bar.parts())).max().orElse(1);
		double scale = (WIDTH - 220 - 90) / Math.max(highest, 1e-9);
		StringBuilder svg = open(title + ", " + unit, height);
		for (int part = 0; part < legend.size() && legend.size() > 1; part++) {
			svg.append("<text x=\"%d\" y=\"%d\" style=\"fill:%s\">%s</text>%n".formatted(220 + part * 120, TOP,
					COLOURS.get(part % COLOURS.size()), escape(legend.get(part))));
		}
		for (int row = 0; row < bars.size(); row++) {
			Bar bar = bars.get(row);
			int y = TOP + 12 + row * 30;
			text(svg, 210, y + 15, "end", bar.name());
			double x = 220;
			for (int part = 0; part < bar.parts().size(); part++) {
				double width = Math.max(0, bar.parts().get(part)) * scale;
				svg.append("<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"20\" style=\"fill:%s\"/>%n"
					.formatted(number(x), y, number(width), COLOURS.get(part % COLOURS.size())));
				x += width;
			}
			text(svg, x + 6, y + 15, "start", ReportTable.cell(sum(bar.parts())));
		}
		return svg.append("</svg>\n").toString();
	}

	private static double sum(List<Double> parts) {
		return parts.stream().mapToDouble(Double::doubleValue).sum();
	}

	private static StringBuilder open(String title, int height) {
		return new StringBuilder("""
				<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d">
				<style>text{font:13px system-ui,sans-serif;fill:#5b6570}.grid{stroke:#8a94a0;stroke-opacity:.3}</style>
				<text x="%3$d" y="22" style="font-weight:600;font-size:15px">%4$s</text>
				""".formatted(WIDTH, height, LEFT, escape(title)));
	}

	private static void grid(StringBuilder svg, double y, String label) {
		svg.append("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\"/>%n".formatted(LEFT, WIDTH - RIGHT,
				number(y), number(y)));
		text(svg, LEFT - 8, y + 4, "end", label);
	}

	private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
		svg.append("<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n".formatted(number(x), number(y), anchor,
				escape(text)));
	}

	/** The next number of one, two or five times a power of ten. */
	static double nice(double highest) {
		if (highest <= 0) {
			return 1;
		}
		double power = Math.pow(10, Math.floor(Math.log10(highest)));
		for (double step : new double[] { 1, 2, 5 }) {
			if (highest <= step * power) {
				return step * power;
			}
		}
		return 10 * power;
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, "%.1f", value);
	}

	private static String escape(String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
	}

}
