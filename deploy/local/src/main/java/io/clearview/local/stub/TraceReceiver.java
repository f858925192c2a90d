package io.clearview.local.stub;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Receives traces as a collector does, OTLP over HTTP, as long as it is well. */
public final class TraceReceiver implements AutoCloseable {

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final AtomicLong taken = new AtomicLong();

	private final int port;

	private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

	private HttpServer server;

	private final Consumer<byte[]> reader;

	/**
	 * Listens on the loopback address.
	 * @param port where
	 * @param reader gets each batch, as protocol buffers
	 */
	public TraceReceiver(int port, Consumer<byte[]> reader) throws IOException {
		this.port = port;
		this.reader = reader;
		this.server = listen();
	}

	private HttpServer listen() throws IOException {
		HttpServer listening = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 0);
		listening.setExecutor(this.threads);
		listening.createContext("/v1/traces", this::take);
		listening.start();
		return listening;
	}

	private void take(HttpExchange exchange) throws IOException {
		byte[] batch = exchange.getRequestBody().readAllBytes();
		this.gate.join();
		this.reader.accept(batch);
		this.taken.incrementAndGet();
		exchange.sendResponseHeaders(200, -1);
		exchange.close();
	}

	/** Where it takes traces. */
	public String url() {
		return "http://127.0.0.1:" + this.port + "/v1/traces";
	}

	/** Batches that it took so far. */
	public long taken() {
		return this.taken.get();
	}

	/** Nobody listens any more. */
	public void stop() {
		this.server.stop(0);
	}

	/** Listens again. */
	public void start() throws IOException {
		this.server = listen();
	}

	/** Accepts everything and answers nothing. */
	public void hang() {
		this.gate = new CompletableFuture<>();
	}

	/** Answers again. */
	public void wake() {
		this.gate.complete(null);
	}

	@Override
	public void close() {
		wake();
		stop();
		this.threads.shutdownNow();
	}

}
