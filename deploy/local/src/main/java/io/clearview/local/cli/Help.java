package io.clearview.local.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The help texts, which the shell fronts print too, before anything is built. */
final class Help {

	private Help() {
	}

	static String of(String command) {
		try (InputStream in = Objects.requireNonNull(Help.class.getResourceAsStream(command + ".txt"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
