package io.clearview.console.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** The runbook as a page, whose headings have the anchors that alerts link to. */
final class Runbook {

	private Runbook() {
	}

	static String html(String markdown) {
		List<TablesExtension> tables = List.of((TablesExtension) TablesExtension.create());
		HtmlRenderer renderer = HtmlRenderer.builder()
			.extensions(tables)
			.escapeHtml(true)
			.sanitizeUrls(true)
			.attributeProviderFactory((_) -> Runbook::anchor)
			.build();
		return """
				<!doctype html>
				<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
				<title>Runbook - ClearView</title><link rel="stylesheet" href="/console.css"></head>
				<body class="runbook"><header class="bar"><a class="brand" href="/">ClearView</a><span>Runbook</span></header>
				<main>"""
				+ renderer.render(Parser.builder().extensions(tables).build().parse(markdown))
				+ "</main></body></html>";
	}

	private static void anchor(Node node, String tag, Map<String, String> attributes) {
		if (node instanceof Heading) {
			StringBuilder text = new StringBuilder();
			node.accept(new AbstractVisitor() {
				@Override
				public void visit(Text part) {
					text.append(part.getLiteral());
				}

				@Override
				public void visit(Code part) {
					text.append(part.getLiteral());
				}
			});
			attributes.put("id",
					text.toString().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
		}
		else if (Set.of("pre", "table").contains(tag)) {
			attributes.put("tabindex", "0");
		}
	}

}
