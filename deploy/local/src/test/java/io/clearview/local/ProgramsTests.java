package io.clearview.local;

import java.nio.file.Files;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** {@link Programs}. */
class ProgramsTests {

	@Test
	void aProgramOnThePathIsFound() {
		assertThat(Programs.find("sh")).hasValueSatisfying((file) -> assertThat(Files.isExecutable(file)).isTrue());
	}

	@Test
	void whatIsNowhereIsNotFound() {
		assertThat(Programs.find("no-such-program")).isEmpty();
	}

}
