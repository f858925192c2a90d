package io.clearview.local;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class KeyRingsTests {

	private final Clock clock = Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC);

	@Test
	void aFirstKeyIsAsTheServicesReadItAndNobodyElse(@TempDir Path directory) throws IOException {
		Path ring = directory.resolve("identity");
		KeyRings.ensure(ring, this.clock);
		Path file = ring.resolve("local.key");
		Properties key = new Properties();
		try (Reader reader = Files.newBufferedReader(file)) {
			key.load(reader);
		}
		assertThat(key.getProperty("created")).isEqualTo("2026-11-23T10:00:00Z");
		assertThat(key.getProperty("active")).isEqualTo("true");
		assertThat(Base64.getDecoder().decode(key.getProperty("secret"))).hasSize(32);
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		assertThat(ring).isDirectoryNotContaining("glob:**.new");
	}

	@Test
	void aKeyThatIsThereStays(@TempDir Path ring) throws IOException {
		KeyRings.ensure(ring, this.clock);
		String before = Files.readString(ring.resolve("local.key"));
		KeyRings.ensure(ring, this.clock);
		assertThat(Files.readString(ring.resolve("local.key"))).isEqualTo(before);
	}

}
