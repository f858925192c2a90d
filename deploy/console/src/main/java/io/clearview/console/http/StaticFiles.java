package io.clearview.console.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** Pages, scripts and styles from the jar, held in memory: there are few. */
final class StaticFiles {

	private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=utf-8", "css",
			"text/css; charset=utf-8", "js", "text/javascript; charset=utf-8", "svg", "image/svg+xml", "json",
			"application/json");

	private static final Pattern NAME = Pattern.compile("/[a-zA-Z0-9_-]+(\\.[a-zA-Z]+)?\\.(html|css|js|svg|json)");

	/** The library's files, under names of our own. */
	private static final Map<String, String> LIBRARIES = Map.of("/uPlot.esm.js",
			"/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.esm.js", "/uPlot.min.css",
			"/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.min.css");

	/**
	 * A file.
	 *
	 * @param type its media type
	 */
	record File(String type, byte[] bytes) {
	}

	private final Map<String, File> files = new ConcurrentHashMap<>();

	/** The file at a path; null when there is none. */
	@Nullable File at(String path) throws IOException {
		String name = path.equals("/") ? "/index.html" : path;
		File known = this.files.get(name);
		if (known != null || !NAME.matcher(name).matches()) {
			return known;
		}
		try (InputStream in = StaticFiles.class.getResourceAsStream(LIBRARIES.getOrDefault(name, "/web" + name))) {
			if (in == null) {
				return null;
			}
			String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
			File read = new File(type, in.readAllBytes());
			this.files.put(name, read);
			return read;
		}
	}

}
