package io.clearview.gateway.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelPipeline;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Hardens the public port. The management port has its own server and is not public. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

	private static final int PIPELINED_REQUESTS = 8;

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> hardening(ServerLimitProperties settings,
			MeterRegistry meters, Draining draining) {
		RefusedConnections refused = new RefusedConnections(meters);
		return (factory) -> factory.addServerCustomizers((server) -> harden(server, settings, refused, draining));
	}

	private static HttpServer harden(HttpServer server, ServerLimitProperties settings, RefusedConnections refused,
			Draining draining) {
		return server.maxConnections(settings.maxConnections())
			.maxPipelineDepth(PIPELINED_REQUESTS)
			.doOnChannelInit((_, channel, _) -> {
				ChannelPipeline pipeline = channel.pipeline();
				if (pipeline.get(NettyPipeline.HttpCodec) == null) {
					throw new IllegalStateException("The server's decoder is not called " + NettyPipeline.HttpCodec);
				}
				HeadGuard guard = new HeadGuard(settings, refused, draining);
				pipeline.addBefore(NettyPipeline.HttpCodec, HeadGuard.BEFORE_DECODER, guard.beforeDecoder());
				pipeline.addAfter(NettyPipeline.HttpCodec, HeadGuard.BEHIND_DECODER, guard.behindDecoder());
				pipeline.addFirst(UnreadResponses.HANDLER, new UnreadResponses(settings.answerTimeout(), refused));
			});
	}

}
