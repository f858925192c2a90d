package io.clearview.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

import io.clearview.bench.report.Plot.Bar;
import io.clearview.bench.report.Plot.Line;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class PlotTest {

	@Test
	void drawsALineForEachSeriesAndLeavesGaps() throws Exception {
		Document svg = parse(Plot.lines("p99 & p50 <ms>", "seconds",
				List.of(new Line("p99", List.of(1.0, Double.NaN, 3.0, 4.0)), new Line("p50", List.of(1.0, 1.0)))));
		Element path = (Element) svg.getElementsByTagName("path").item(0);
		assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(2);
		assertThat(path.getAttribute("d").chars().filter((c) -> c == 'M').count()).isEqualTo(2);
	}

	@Test
	void drawsBarsToScale() throws Exception {
		Document svg = parse(Plot.bars("CPU", "ms", List.of("gateway", "classifier"),
				List.of(new Bar("ours", List.of(0.5, 0.25)), new Bar("bare", List.of(0.25, 0.25)))));
		assertThat(width(svg, 0)).isCloseTo(2 * width(svg, 1), within(1.0)).isCloseTo(2 * width(svg, 2), within(1.0));
	}

	@Test
	void endsAxesAtRoundNumbers() {
		assertThat(List.of(Plot.nice(0), Plot.nice(0.7), Plot.nice(17), Plot.nice(450), Plot.nice(501)))
			.containsExactly(1.0, 1.0, 20.0, 500.0, 1000.0);
	}

	private static double width(Document svg, int bar) {
		return Math
			.rint(Double.parseDouble(((Element) svg.getElementsByTagName("rect").item(bar)).getAttribute("width")));
	}

	private static Document parse(String svg) throws Exception {
		return DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
	}

}
