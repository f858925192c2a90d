package io.clearview.classifier.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;

import io.clearview.classifier.Logged;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
	void keepsAKeyWhoseFileBecameUnreadableAndSaysSoOnce() {
		VerifyingKey before = this.ring.find("k1");
		this.gateway.raw("k1", "created=2026-11-01T00:00:00Z\nactive=true\nsecret=tooshort\n");
		try (Logged logged = new Logged(DirectoryKeyRing.class.getName())) {
			this.ring.reload();
			this.ring.reload();
			this.ring.reload();
			assertThat(logged.messages()).hasSize(1);
			assertThat(logged.messages().getFirst()).contains("k1.key is refused").doesNotContain("tooshort");
		}
		assertThat(this.ring.find("k1")).isSameAs(before);
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
