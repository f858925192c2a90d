package io.clearview.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class FailureReasonTests {

	@Test
	void takesSpringBootsOwnDescription(@TempDir Path directory) throws IOException {
		assertThat(reason(directory, """
				2026-11-23 INFO Starting
				***************************
				APPLICATION FAILED TO START
				***************************

				Description:

				Failed to bind properties under 'clearview.x':

				    Reason: must be at least 1

				Action:

				Update your application's configuration
				""")).isEqualTo("Failed to bind properties under 'clearview.x': Reason: must be at least 1");
	}

	@Test
	void takesTheLastLineThatIsNoStackFrame(@TempDir Path directory) throws IOException {
		assertThat(reason(directory, "Caused by: java.io.IOException: disk full\n\tat a.B.c(B.java:1)\n\t... 3 more\n"))
			.isEqualTo("Caused by: java.io.IOException: disk full");
	}

	@Test
	void saysSoWhenThereIsNothing(@TempDir Path directory) throws IOException {
		assertThat(reason(directory, "")).isEqualTo("it wrote nothing");
		assertThat(FailureReason.in(directory.resolve("absent"))).isEqualTo("its log cannot be read");
	}

	private static String reason(Path directory, String log) throws IOException {
		return FailureReason.in(Files.writeString(directory.resolve("log"), log));
	}

}
