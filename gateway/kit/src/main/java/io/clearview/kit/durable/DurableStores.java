package io.clearview.kit.durable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/** Finds and opens the durable store that the settings name. */
final class DurableStores {

	private DurableStores() {
	}

	/**
	 * Opens the store.
	 * @throws IllegalStateException if its libraries are missing
	 */
	static DurableStore open(DurableSettings settings) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		ClassLoader loader = loader(settings.libraries());
		// the store's threads inherit it, and its libraries look there for their parts
		thread.setContextClassLoader(loader);
		try {
			return ServiceLoader.load(DurableStoreProvider.class, loader)
				.stream()
				.map(ServiceLoader.Provider::get)
				.filter((provider) -> provider.kind() == settings.kind())
				.findFirst()
				.orElseThrow(() -> new IllegalStateException(missing(settings)))
				.open(settings);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static String missing(DurableSettings settings) {
		return "%s.kind is '%s', but its libraries are not %s. The build makes a directory of them; name it in %1$s.libraries"
			.formatted(DurableSettings.PREFIX, settings.kind().name().toLowerCase(Locale.ROOT),
					(settings.libraries() != null) ? "in " + settings.libraries().toAbsolutePath()
							: "on the class path");
	}

	private static ClassLoader loader(@Nullable Path libraries) {
		ClassLoader own = DurableStores.class.getClassLoader();
		if (libraries == null) {
			return own;
		}
		try (Stream<Path> files = Files.isDirectory(libraries) ? Files.list(libraries) : Stream.empty()) {
			URL[] jars = files.filter((file) -> file.toString().endsWith(".jar"))
				.sorted()
				.map(DurableStores::url)
				.toArray(URL[]::new);
			return new URLClassLoader("durable-store", jars, own);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(
					DurableSettings.PREFIX + ".libraries cannot be read: " + libraries.toAbsolutePath(), ex);
		}
	}

	private static URL url(Path file) {
		try {
			return file.toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
