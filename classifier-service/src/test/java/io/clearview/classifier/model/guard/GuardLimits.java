package io.clearview.classifier.model.guard;

import java.util.Map;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Guards as configuration gives them. */
public final class GuardLimits {

	private GuardLimits() {
	}

	/** What is not given has its default. */
	public static GuardProperties of(Map<String, ?> properties) {
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		properties.forEach((name, value) -> source.put("guard." + name, value));
		return new Binder(source).bindOrCreate("guard", GuardProperties.class);
	}

}
