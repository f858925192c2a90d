package io.clearview.classifier.model.openai;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;

import io.clearview.classifier.cost.AloneCost;
import io.clearview.classifier.cost.PriceTable;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.GuardProperties;
import io.clearview.kit.redis.Redis;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/** What a deployment may get wrong, and what the shipped configuration means. */
class OpenAiConfigurationTest {

	@RegisterExtension
	static final StubbedProvider provider = new StubbedProvider();

	@TempDir
	Path keys;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer(new ConfigDataApplicationContextInitializer())
		.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
		.withUserConfiguration(Properties.class, OpenAiConfiguration.class)
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean("redisState", Redis.class, provider::state)
		.withPropertyValues("clearview.model.kind=openai");

	@Test
	void aNameIsEnoughForAProviderWithoutKeys() {
		this.runner.withPropertyValues("clearview.model.name=gpt-4.1-nano", "clearview.model.keys=").run((context) -> {
			assertThat(context.getBean(Model.class).name()).isEqualTo("gpt-4.1-nano");
			assertThat(context.getBean(Model.class).promptVersion()).matches("2-[0-9a-f]{8}");
			assertThat(context.getBean(GuardProperties.class).dailyCap()).isEqualTo(200);
			assertThat(context.getBean(PriceTable.class).of("gpt-4.1-nano").prompt()).isEqualTo(0.10);
			assertThat(context.getBean(OpenAiProperties.class).chosenProfile().parameters())
				.containsEntry("temperature", 0);
			assertThat(context.getBean(AloneCost.class).nanos("no spam", "hello")).isBetween(30_000L, 100_000L);
		});
	}

	@Test
	void numbersFromTheEnvironmentAreNumbers() {
		this.runner
			.withPropertyValues("clearview.model.name=m", "clearview.model.price.prompt=0",
					"clearview.model.price.completion=0", "clearview.model.parameters.temperature=0.5",
					"clearview.model.parameters.store=false", "clearview.model.parameters.reasoning_effort=low")
			.run((context) -> assertThat(context.getBean(OpenAiProperties.class).parameters())
				.containsEntry("temperature", new BigDecimal("0.5"))
				.containsEntry("store", false)
				.containsEntry("reasoning_effort", "low"));
	}

	@Test
	void takesKeysFromTheirDirectory() throws Exception {
		Files.writeString(this.keys.resolve("first"), "sk-1");
		this.runner
			.withPropertyValues("clearview.model.name=m", "clearview.model.price.prompt=0",
					"clearview.model.price.completion=0", "clearview.model.keys=" + this.keys)
			.run((context) -> assertThat(context.getBean(ApiKeys.class).size()).isOne());
	}

	@Test
	void doesNotStartWithoutTheNameOrWithADirectoryWithoutKeys() {
		this.runner.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("name"));
		this.runner
			.withPropertyValues("clearview.model.name=m", "clearview.model.price.prompt=0",
					"clearview.model.price.completion=0", "clearview.model.keys=" + this.keys)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("has no key"));
		this.runner
			.withPropertyValues("clearview.model.name=m", "clearview.model.price.prompt=0",
					"clearview.model.price.completion=0", "clearview.model.base-url=localhost:11434")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("base-url"));
	}

	@Test
	void doesNotStartWithoutAPriceAndNamesTheProperty() {
		this.runner.withPropertyValues("clearview.model.name=m", "clearview.model.keys=")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("clearview.model.price.prompt")
				.hasMessageContaining("0 if it costs nothing"));
		this.runner
			.withPropertyValues("clearview.model.name=m", "clearview.model.keys=", "clearview.model.price.prompt=0")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("price.completion"));
		this.runner
			.withPropertyValues("clearview.model.name=m", "clearview.model.keys=", "clearview.model.price.prompt=-1",
					"clearview.model.price.completion=0")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("price.prompt"));
	}

	@Test
	void theOwnPriceStandsOverTheTable() {
		this.runner
			.withPropertyValues("clearview.model.name=gpt-4.1-nano", "clearview.model.keys=",
					"clearview.model.price.prompt=0", "clearview.model.price.completion=0")
			.run((context) -> assertThat(context.getBean(AloneCost.class).nanos("no spam", "hello")).isZero());
	}

	@Test
	void asksForNothingWhileTheModelIsLexical() {
		this.runner.withPropertyValues("clearview.model.kind=lexical")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OpenAiProperties.class));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties({ PriceTable.class, GuardProperties.class })
	@ConfigurationPropertiesScan(basePackageClasses = OpenAiProperties.class)
	static class Properties {

	}

}
