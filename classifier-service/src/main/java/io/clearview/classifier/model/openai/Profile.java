package io.clearview.classifier.model.openai;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What one provider wants.
 *
 * @param hosts ends of host names, or a port as in {@code :11434}, by which a base URL is
 * known to be this provider's
 * @param tokenParameter what it calls the bound of an answer
 * @param parameters more of each request
 * @param formats how it can be made to answer in JSON, best first
 * @param keyHeader header that carries the API key
 * @param keyPrefix what stands before the key in it
 * @param reasoningModels beginnings of names of models that reason before they answer
 * @param reasoningRoom tokens more that the answer of such a model may take
 * @param reasoningLeaveOut parameters that such a model does not take
 */
record Profile(@DefaultValue List<String> hosts, @DefaultValue("max_tokens") String tokenParameter,
		@DefaultValue Map<String, Object> parameters, @DefaultValue( {
				"schema", "json", "text" }) List<AnswerFormat> formats,
		@DefaultValue("Authorization") String keyHeader, @DefaultValue("Bearer") String keyPrefix,
		@DefaultValue List<String> reasoningModels, @DefaultValue("4096") int reasoningRoom,
		@DefaultValue List<String> reasoningLeaveOut){

	/** Whether {@code base} is an address of this provider. */
	boolean isAt(URI base) {
		String host = String.valueOf(base.getHost()).toLowerCase(Locale.ROOT);
		String port = ":" + base.getPort();
		return this.hosts.stream()
			.anyMatch((known) -> known.startsWith(":") ? known.equals(port)
					: host.equals(known) || host.endsWith("." + known));
	}

	/** Whether {@code model} reasons before it answers. */
	boolean reasons(String model) {
		String name = model.substring(model.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
		return this.reasoningModels.stream().anyMatch(name::startsWith);
	}

	/** The value of the key's header. */
	String keyValue(String secret) {
		return this.keyPrefix.isBlank() ? secret : this.keyPrefix + " " + secret;
	}

}
