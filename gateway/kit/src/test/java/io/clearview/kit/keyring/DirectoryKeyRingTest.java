package io.clearview.kit.keyring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.clearview.kit.keyring.DirectoryKeyRing.Minimum;
import io.clearview.kit.testing.KeyFiles;
import io.clearview.kit.testing.MovingClock;
import io.clearview.kit.testing.Printed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith({ OutputCaptureExtension.class, Printed.class })
class DirectoryKeyRingTest {

	private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");

	private static final Instant NEW = Instant.parse("2026-06-01T00:00:00Z");

	private static final Duration SETTLING = Duration.ofSeconds(15);

	private final MovingClock clock = new MovingClock(Instant.parse("2026-11-23T12:00:00Z"));

	private final List<KeySetReloaded> reloads = new ArrayList<>();

	@TempDir
	private Path directory;

	private DirectoryKeyRing ring;

	@BeforeEach
	void oneKey() {
		KeyFiles.write(this.directory, "old", OLD, true);
		this.ring = ring(Minimum.ACTIVE_KEY);
	}

	@Test
	void newKeyVerifiesAtOnceAndSignsWhenOthersHadTimeToSeeIt() {
		byte[] secret = KeyFiles.write(this.directory, "new", NEW, true);
		this.ring.reload();
		assertThat(this.ring.find("new")).hasValueSatisfying((key) -> assertThat(key.secret()).isEqualTo(secret));
		assertThat(this.ring.signing()).hasValueSatisfying((key) -> assertThat(key.id()).isEqualTo("old"));
		this.clock.advance(SETTLING);
		this.ring.reload();
		assertThat(this.ring.signing()).hasValueSatisfying((key) -> assertThat(key.id()).isEqualTo("new"));
		assertThat(this.reloads).containsExactly(new KeySetReloaded("identity", Set.of("new"), Set.of()));
	}

	@Test
	void newKeySignsAtOnceWhenItIsTheOnlyOne() throws IOException {
		KeyFiles.write(this.directory, "new", NEW, true);
		Files.delete(this.directory.resolve("old.key"));
		this.ring.reload();
		assertThat(this.ring.signing()).hasValueSatisfying((key) -> assertThat(key.id()).isEqualTo("new"));
	}

	@Test
	void retiredKeyVerifiesButDoesNotSign() {
		KeyFiles.write(this.directory, "new", NEW, false);
		this.ring.reload();
		this.clock.advance(SETTLING);
		this.ring.reload();
		assertThat(this.ring.find("new")).isPresent();
		assertThat(this.ring.signing()).hasValueSatisfying((key) -> assertThat(key.id()).isEqualTo("old"));
	}

	@Test
	void removedKeyIsForgotten() throws IOException {
		KeyFiles.write(this.directory, "new", NEW, true);
		this.ring.reload();
		Files.delete(this.directory.resolve("old.key"));
		this.ring.reload();
		assertThat(this.ring.find("old")).isEmpty();
		assertThat(this.reloads).last().isEqualTo(new KeySetReloaded("identity", Set.of(), Set.of("old")));
	}

	@Test
	void nothingIsReportedWhenNothingChanged() {
		this.ring.reload();
		assertThat(this.reloads).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "created=yesterday\nactive=true\nsecret=x", "created=2026-01-01T00:00:00Z",
			"created=2026-01-01T00:00:00Z\nactive=yes\nsecret=" + LONG_ENOUGH,
			"created=2026-01-01T00:00:00Z\nactive=true\nsecret=c2hvcnQ=",
			"created=2026-01-01T00:00:00Z\nactive=true\nsecret=%%%", "\\u00zz" })
	void badFileIsRefusedOnceAndItsLastGoodKeyKept(String text, CapturedOutput output) {
		Key before = this.ring.find("old").orElseThrow();
		KeyFiles.raw(this.directory, "old", text);
		KeyFiles.write(this.directory, "new", NEW, true);
		this.ring.reload();
		this.ring.reload();
		assertThat(this.ring.find("old")).contains(before);
		assertThat(this.ring.find("new")).isPresent();
		assertThat(Printed.soFar(output).lines().filter((line) -> line.contains("old.key is refused"))).hasSize(1);
	}

	@Test
	void neverLogsWhatAFileHolds(CapturedOutput output) {
		KeyFiles.raw(this.directory, "old", "active=" + LONG_ENOUGH + "\ncreated=" + LONG_ENOUGH);
		this.ring.reload();
		assertThat(Printed.soFar(output)).doesNotContain(LONG_ENOUGH);
	}

	@Test
	void hugeFileIsRefused() {
		KeyFiles.raw(this.directory, "huge", "x=y\n".repeat(2000));
		this.ring.reload();
		assertThat(this.ring.find("huge")).isEmpty();
	}

	@Test
	void requiredRingIsNeverEmptied() throws IOException {
		Files.delete(this.directory.resolve("old.key"));
		this.ring.reload();
		assertThat(this.ring.signing()).isPresent();
		Files.delete(this.directory);
		this.ring.reload();
		assertThat(this.ring.signing()).isPresent();
	}

	@Test
	void optionalRingIsEmptiedByRemovingItsFiles() throws IOException {
		DirectoryKeyRing optional = ring(Minimum.NONE);
		Files.delete(this.directory.resolve("old.key"));
		optional.reload();
		assertThat(optional.all()).isEmpty();
	}

	@Test
	void optionalRingMayBeUnsetOrAbsent() {
		assertThat(new DirectoryKeyRing("admin", null, Minimum.NONE, SETTLING, this.clock, this.reloads::add).all())
			.isEmpty();
		assertThat(new DirectoryKeyRing("admin", this.directory.resolve("none"), Minimum.NONE, SETTLING, this.clock,
				this.reloads::add)
			.all()).isEmpty();
	}

	@Test
	void requiredRingNamesItsSettingWhenItIsAbsent() {
		assertThatExceptionOfType(KeyRingException.class)
			.isThrownBy(() -> new DirectoryKeyRing("identity", null, Minimum.ACTIVE_KEY, SETTLING, this.clock,
					this.reloads::add))
			.withMessage("No usable active key in clearview.identity.keys=(not set)");
	}

	@Test
	void ringThatOnlyVerifiesNeedsNoActiveKeyButKeepsOneOfAnyKind() throws IOException {
		KeyFiles.write(this.directory, "old", OLD, false);
		DirectoryKeyRing verifying = ring(Minimum.ANY_KEY);
		assertThat(verifying.find("old")).isPresent();
		Files.delete(this.directory.resolve("old.key"));
		verifying.reload();
		assertThat(verifying.find("old")).isPresent();
	}

	@Test
	void namesTheDirectoryThatHoldsNoKey(@TempDir Path empty) {
		assertThatExceptionOfType(KeyRingException.class).isThrownBy(
				() -> new DirectoryKeyRing("identity", empty, Minimum.ANY_KEY, SETTLING, this.clock, this.reloads::add))
			.withMessage("No usable key in clearview.identity.keys=" + empty);
	}

	@Test
	void unchangedKeyStaysTheSameObject() {
		Key before = this.ring.find("old").orElseThrow();
		this.ring.reload();
		assertThat(this.ring.find("old")).containsSame(before);
	}

	@Test
	void ageIsThatOfTheNewestActiveKey() {
		KeyFiles.write(this.directory, "new", NEW, false);
		this.ring.reload();
		assertThat(this.ring.newest()).contains(OLD);
		KeyFiles.write(this.directory, "new", NEW, true);
		this.ring.reload();
		assertThat(this.ring.newest()).contains(NEW);
	}

	@Test
	void showsNoSecret() {
		assertThat(this.ring.find("old").orElseThrow()).hasToString("Key[old]");
	}

	private DirectoryKeyRing ring(Minimum minimum) {
		return new DirectoryKeyRing("identity", this.directory, minimum, SETTLING, this.clock, this.reloads::add);
	}

	private static final String LONG_ENOUGH = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

}
