package io.clearview.kit.durable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class DurableConfigurationTest {

	private final ApplicationContextRunner service = new ApplicationContextRunner()
		.withUserConfiguration(DurableConfiguration.class)
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new);

	@TempDir
	private Path libraries;

	@Test
	void withoutAKindThereIsNothingButTheSettings() {
		this.service.run((context) -> assertThat(context).hasSingleBean(DurableSettings.class)
			.doesNotHaveBean(DurableStore.class)
			.doesNotHaveBean(WriteBehind.class));
	}

	@Test
	void opensTheStoreWhoseLibrariesLieInTheDirectory() throws IOException {
		provide(Fake.class.getName());
		this.service
			.withPropertyValues("clearview.durable.kind=firestore", "clearview.durable.project=p",
					"clearview.durable.libraries=" + this.libraries)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(GuardedStore.class)
				.hasSingleBean(WriteBehind.class));
	}

	@Test
	void saysWhereItLookedForLibrariesThatAreMissing() {
		this.service
			.withPropertyValues("clearview.durable.kind=firestore", "clearview.durable.project=p",
					"clearview.durable.libraries=" + this.libraries)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("clearview.durable.kind is 'firestore'")
				.hasMessageContaining("in " + this.libraries));
	}

	@Test
	void namesTheSettingThatIsWrong() {
		bad("clearview.durable.project must name the Google Cloud project", "clearview.durable.kind=firestore");
		bad("clearview.durable.emulator must be host:port, but is 'x'", "clearview.durable.kind=firestore",
				"clearview.durable.project=p", "clearview.durable.emulator=x");
		bad("clearview.durable.timeout must be longer than 0", "clearview.durable.kind=firestore",
				"clearview.durable.project=p", "clearview.durable.timeout=0s");
		bad("No enum constant", "clearview.durable.kind=mongo");
	}

	private void bad(String message, String... settings) {
		this.service.withPropertyValues(settings)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(message));
	}

	private void provide(String provider) throws IOException {
		try (OutputStream file = Files.newOutputStream(this.libraries.resolve("store.jar"));
				JarOutputStream jar = new JarOutputStream(file)) {
			jar.putNextEntry(new ZipEntry("META-INF/services/" + DurableStoreProvider.class.getName()));
			jar.write(provider.getBytes(StandardCharsets.US_ASCII));
		}
	}

	/** A provider whose name the test puts into a jar. */
	public static final class Fake implements DurableStoreProvider {

		@Override
		public DurableSettings.Kind kind() {
			return DurableSettings.Kind.FIRESTORE;
		}

		@Override
		public DurableStore open(DurableSettings settings) {
			assertThat(Thread.currentThread().getContextClassLoader().getName()).isEqualTo("durable-store");
			return new EmptyStore();
		}

	}

}
