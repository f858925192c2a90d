package io.clearview.classifier.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class DirectoryKeyRingTest {

	private final TestGateway gateway = new TestGateway();

	private final DirectoryKeyRing ring = new DirectoryKeyRing(this.gateway.keys());

	@Test
	void takesUpNewKeysAndDropsThoseWhoseFileIsGone() {
		this.gateway.write("k2", Instant.parse("2026-11-20T00:00:00Z"), true);
		this.ring.reload();
		assertThat(this.ring.find("k2")).isNotNull();
		assertThat(this.ring.newest()).contains(Instant.parse("2026-11-20T00:00:00Z"));
		this.gateway.remove("k1");
		this.ring.reload();
		assertThat(this.ring.find("k1")).isNull();
	}

	@Test
	void keepsAKeyWhoseFileBecameUnreadableAndSaysSoOnce(CapturedOutput output) {
		VerifyingKey before = this.ring.find("k1");
		this.gateway.raw("k1", "created=2026-11-01T00:00:00Z\nactive=true\nsecret=tooshort\n");
		this.ring.reload();
		this.ring.reload();
		this.ring.reload();
		assertThat(this.ring.find("k1")).isSameAs(before);
		assertThat(output.getOut().split("is refused", -1)).hasSize(2);
		assertThat(output).doesNotContain("tooshort");
	}

	@Test
	void keepsAllKeysWhenTheDirectoryLosesEveryOne() {
		this.gateway.remove("k1");
		this.ring.reload();
		assertThat(this.ring.find("k1")).isNotNull();
	}

	@Test
	void namesTheDirectoryThatHoldsNoKey(@TempDir Path empty) {
		assertThatThrownBy(() -> new DirectoryKeyRing(empty)).isInstanceOf(KeyRingException.class)
			.hasMessageContaining(empty.toString());
	}

	@Test
	void showsNoSecret() {
		assertThat(String.valueOf(this.ring.find("k1"))).isEqualTo("VerifyingKey[k1]");
	}

}
