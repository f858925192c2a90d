package io.clearview.gateway.upstream;

import java.util.List;

import io.netty.channel.ChannelOption;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Sends requests as the framework would, but for its four filters of headers. What passes
 * here is on a list, and nothing on it is for them: each would copy all of it twice a
 * request to find that out. Its writer of answers is not needed either:
 * {@link ClassifierAnswer} reads them whole.
 */
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

	@Bean
	NettyRoutingFilter classifierCalls(HttpClient client, HttpClientProperties properties, ForwardedHeaders forwarded,
			ReturnedHeaders returned) {
		List<HttpHeadersFilter> filters = List.of(forwarded, returned);
		return new NettyRoutingFilter(client, new ObjectProvider<>() {
			@Override
			public List<HttpHeadersFilter> getObject() {
				return filters;
			}
		}, properties);
	}

	/** Here and not in the framework's properties, which copy the client every time. */
	@Bean
	HttpClientCustomizer connectTimeout(ClassifierProperties properties) {
		int millis = Math.toIntExact(properties.connectTimeout().toMillis());
		return (client) -> client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
	}

}
