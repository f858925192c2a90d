package io.clearview.e2e.drill;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Takes traces over OTLP/HTTP and throws them away, as long as it is well. */
final class Collector implements AutoCloseable {

	private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

	private final AtomicLong taken = new AtomicLong();

	private final int port;

	private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

	private HttpServer server;

	Collector(int port) throws IOException {
		this.port = port;
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
		exchange.getRequestBody().readAllBytes();
		this.gate.join();
		this.taken.incrementAndGet();
		exchange.sendResponseHeaders(200, -1);
		exchange.close();
	}

	/** Where it takes traces. */
	String url() {
		return "http://127.0.0.1:" + this.port + "/v1/traces";
	}

	/** Batches that it took so far. */
	long taken() {
		return this.taken.get();
	}

	/** Nobody listens any more. */
	void stop() {
		this.server.stop(0);
	}

	/** Listens again. */
	void start() throws IOException {
		this.server = listen();
	}

	/** Accepts everything and answers nothing. */
	void hang() {
		this.gate = new CompletableFuture<>();
	}

	/** Answers again. */
	void wake() {
		this.gate.complete(null);
	}

	@Override
	public void close() {
		wake();
		stop();
		this.threads.shutdownNow();
	}

}
