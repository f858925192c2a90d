package io.clearview.bench.stub;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;

/**
 * A model behind an OpenAI-compatible endpoint, on one event loop. Its labels are those
 * of {@link io.clearview.bench.workload.Truth}.
 */
public final class StubServer implements AutoCloseable {

	private static final int MAX_BODY = 4 * 1024 * 1024;

	private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final Channel channel;

	/**
	 * Starts it on the loopback address.
	 * @param port 0 for a free one
	 */
	public StubServer(int port, Behaviour behaviour) {
		StubState state = new StubState(behaviour);
		this.channel = new ServerBootstrap().group(this.group)
			.channel(NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, 1024)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<SocketChannel>() {
				@Override
				protected void initChannel(SocketChannel channel) {
					channel.pipeline()
						.addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY), new StubHandler(state));
				}
			})
			.bind(InetAddress.getLoopbackAddress(), port)
			.syncUninterruptibly()
			.channel();
	}

	/** Where it listens. */
	public int port() {
		return ((InetSocketAddress) this.channel.localAddress()).getPort();
	}

	/** Returns when it was told to stop. */
	void await() {
		this.channel.closeFuture().awaitUninterruptibly();
	}

	@Override
	public void close() {
		this.channel.close();
		this.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
	}

}
