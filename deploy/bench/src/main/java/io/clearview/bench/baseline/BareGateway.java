package io.clearview.bench.baseline;

import java.util.Map;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.reactor.autoconfigure.ReactorAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.cloud.gateway.config.GatewayAutoConfiguration;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;

/**
 * What the gateway stands on, and nothing else: the same version, one route, none of our
 * filters, no actuator. Its configuration is listed and not found on the classpath, where
 * the services' libraries are too.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({ PropertyPlaceholderAutoConfiguration.class, SslAutoConfiguration.class,
		ReactorAutoConfiguration.class, JacksonAutoConfiguration.class, CodecsAutoConfiguration.class,
		HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
		NettyReactiveWebServerAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
		WebFluxAutoConfiguration.class, ErrorWebFluxAutoConfiguration.class, GatewayAutoConfiguration.class })
public class BareGateway {

	/** Takes {@code --server.port} and {@code --upstream}. */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(BareGateway.class);
		application.setDefaultProperties(Map.of("spring.config.name", "bare-gateway", "spring.main.banner-mode", "off",
				"logging.level.root", "warn"));
		application.run(args);
	}

	@Bean
	RouteLocator route(RouteLocatorBuilder routes, @Value("${upstream}") String upstream) {
		return routes.routes().route("all", (route) -> route.path("/**").uri(upstream)).build();
	}

}
