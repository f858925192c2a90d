package io.clearview.gateway.upstream;

import io.netty.channel.ChannelOption;

import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The client that asks the classifier: the framework's, but for this. */
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

	@Bean
	HttpClientCustomizer connectTimeout(ClassifierProperties properties) {
		int millis = Math.toIntExact(properties.connectTimeout().toMillis());
		return (client) -> client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
	}

}
