package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ClassPathResource;

/** The model's settings as configuration and the table of profiles give them. */
final class Settings {

	private Settings() {
	}

	/** What is not given has its default. */
	static OpenAiProperties of(Map<String, ?> properties) {
		try {
			MutablePropertySources sources = new MutablePropertySources();
			Map<String, Object> given = new HashMap<>();
			properties.forEach((name, value) -> given.put("clearview.model." + name, value));
			sources.addLast(new MapPropertySource("given", given));
			new YamlPropertySourceLoader().load("profiles", new ClassPathResource("model-profiles.yml"))
				.forEach(sources::addLast);
			return new Binder(ConfigurationPropertySources.from(sources)).bindOrCreate("clearview.model",
					OpenAiProperties.class);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
