package io.clearview.gateway.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.DisposableBean;

/**
 * The hosts file and DNS, asked by Netty's resolver on the event loops that serve
 * requests.
 */
final class DnsNameService implements NameService, DisposableBean {

	private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(1);

	private final DnsAddressResolverGroup resolvers;

	private final LoopResources loops;

	/**
	 * A resolver.
	 * @param loops where it runs
	 * @param servers the name servers; those of the operating system in use
	 */
	DnsNameService(LoopResources loops, DnsServerAddressStreamProvider servers) {
		EventLoopGroup group = loops.onClient(LoopResources.DEFAULT_NATIVE);
		this.resolvers = new DnsAddressResolverGroup(new DnsNameResolverBuilder().nameServerProvider(servers)
			.datagramChannelFactory(() -> loops.onChannel(DatagramChannel.class, group))
			.socketChannelFactory(() -> loops.onChannel(SocketChannel.class, group))
			.queryTimeoutMillis(QUERY_TIMEOUT.toMillis())
			.completeOncePreferredResolved(true)
			// the interval of the caller decides how old an address may be
			.ttl(0, 1)
			.negativeTtl(0));
		this.loops = loops;
	}

	@Override
	public Mono<List<InetAddress>> addresses(String host) {
		return Mono.create((sink) -> {
			EventLoop loop = this.loops.onClient(LoopResources.DEFAULT_NATIVE).next();
			this.resolvers.getResolver(loop)
				.resolveAll(InetSocketAddress.createUnresolved(host, 0))
				.addListener((Future<List<InetSocketAddress>> resolved) -> {
					if (resolved.isSuccess()) {
						sink.success(resolved.getNow().stream().map(InetSocketAddress::getAddress).toList());
					}
					else {
						sink.error(resolved.cause());
					}
				});
		});
	}

	@Override
	public void destroy() {
		this.resolvers.close();
	}

}
