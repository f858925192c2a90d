package io.clearview.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run leaves behind: {@code <name>.md}, {@code <name>.json} and one SVG a plot.
 *
 * @param name of its files
 * @param preamble under which conditions it was made
 * @param tables for people
 * @param plots SVG by name
 * @param data for machines
 */
public record Report(String name, String preamble, List<ReportTable> tables, Map<String, String> plots, Object data) {

	/** Writes all of it. */
	public void write(Path directory) {
		try {
			Files.createDirectories(directory);
			String pictures = this.plots.keySet()
				.stream()
				.map((plot) -> "![" + plot + "](" + this.name + "-" + plot + ".svg)\n")
				.collect(Collectors.joining("\n"));
			String tables = this.tables.stream().map(ReportTable::markdown).collect(Collectors.joining("\n"));
			Files.writeString(directory.resolve(this.name + ".md"), this.preamble + "\n\n" + tables + "\n" + pictures);
			Files.writeString(directory.resolve(this.name + ".json"),
					JsonMapper.builder()
						.enable(SerializationFeature.INDENT_OUTPUT)
						.build()
						.writeValueAsString(Map.of("conditions", this.preamble, "results", this.data)));
			for (Map.Entry<String, String> plot : this.plots.entrySet()) {
				Files.writeString(directory.resolve(this.name + "-" + plot.getKey() + ".svg"), plot.getValue());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Cannot write to " + directory, ex);
		}
	}

}
