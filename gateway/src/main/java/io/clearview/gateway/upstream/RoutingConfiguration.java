package io.clearview.gateway.upstream;

import io.netty.channel.ChannelOption;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;

import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/** The client that asks the classifier: the framework's, but for this. */
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

	@Bean
	HttpClientCustomizer connectTimeout(ClassifierProperties properties) {
		int millis = Math.toIntExact(properties.connectTimeout().toMillis());
		return (client) -> client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
	}

	@Bean
	NameService nameService(ReactorResourceFactory resources) {
		return new DnsNameService(resources.getLoopResources(), DnsServerAddressStreamProviders.platformDefault());
	}

}
