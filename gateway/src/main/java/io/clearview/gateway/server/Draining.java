package io.clearview.gateway.server;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The first step of a shutdown. The server goes on taking requests, but each response
 * says that it is the last of its connection, so that clients move to another instance
 * without losing a request. It ends when no request has come for a second, and after
 * {@code clearview.server.drain} at most; then the server takes no connections any more
 * and ends the requests in flight. All else, subscriptions to Redis included, stops after
 * that.
 */
@Component
public final class Draining implements SmartLifecycle {

	/**
	 * The phase of what serves requests in the background: stops after the server, and
	 * starts before it.
	 */
	public static final int BEHIND_SERVER = DEFAULT_PHASE - 4096;

	private static final Logger log = LoggerFactory.getLogger(Draining.class);

	private static final Duration QUIET = Duration.ofSeconds(1);

	private static final Duration CHECK = Duration.ofMillis(50);

	private final Duration limit;

	private volatile boolean running;

	private volatile boolean draining;

	private volatile long lastRequest;

	Draining(ServerLimitProperties settings) {
		this.limit = settings.drain();
	}

	boolean isDraining() {
		return this.draining;
	}

	/** Records that a request began. */
	void requestBegins() {
		if (this.draining) {
			this.lastRequest = System.nanoTime();
		}
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.draining = true;
		this.running = false;
	}

	@Override
	public void stop(Runnable callback) {
		long begun = System.nanoTime();
		this.lastRequest = begun;
		stop();
		if (this.limit.isZero()) {
			callback.run();
			return;
		}
		log.info("Draining for {} s at most", this.limit.toSeconds());
		Flux.interval(CHECK).filter((_) -> {
			long now = System.nanoTime();
			return now - this.lastRequest > QUIET.toNanos() || now - begun > this.limit.toNanos();
		}).next().doOnTerminate(callback).subscribe();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
