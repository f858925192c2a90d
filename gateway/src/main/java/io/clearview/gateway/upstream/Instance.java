package io.clearview.gateway.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

/**
 * One instance of the classifier, as this gateway sees it: a base URL and, where the
 * URL's host is a name, one of the addresses it stands for. Safe for concurrent use.
 */
final class Instance {

	/** Trial requests at a time to an instance that is down. */
	static final int MAX_TRIALS = 5;

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	private final URI url;

	private final InetSocketAddress address;

	private final String name;

	private final AtomicInteger inFlight = new AtomicInteger();

	private final AtomicInteger trials = new AtomicInteger();

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicReference<State> state = new AtomicReference<>(State.UP);

	private volatile long downSince;

	private volatile @Nullable HttpClient client;

	/**
	 * An instance.
	 * @param url scheme, host and perhaps port
	 * @param address what the host resolved to; null leaves that to each connection
	 */
	Instance(URI url, @Nullable InetAddress address) {
		this.url = url;
		int port = (url.getPort() >= 0) ? url.getPort() : (isSecure() ? HTTPS : HTTP);
		this.address = (address != null) ? new InetSocketAddress(address, port)
				: InetSocketAddress.createUnresolved(url.getHost(), port);
		String text = url.toString();
		String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
		this.name = (address != null) ? base + " (" + address.getHostAddress() + ")" : base;
	}

	URI url() {
		return this.url;
	}

	/** Where connections go; unresolved when the instance has no address. */
	InetSocketAddress address() {
		return this.address;
	}

	private boolean isSecure() {
		return "https".equals(this.url.getScheme());
	}

	/** The client bound to this instance; requests then name the path only. */
	HttpClient bind(HttpClient template) {
		HttpClient bound = template.remoteAddress(() -> this.address);
		if (!isSecure()) {
			return bound.noSSL();
		}
		return template.configuration().isSecure() ? bound : bound.secure();
	}

	/** The routing client bound to this instance, created at the first request. */
	HttpClient client(HttpClient template) {
		HttpClient known = this.client;
		if (known == null) {
			known = bind(template);
			this.client = known;
		}
		return known;
	}

	int inFlight() {
		return this.inFlight.get();
	}

	/**
	 * Counts a request as in flight until {@link Use#end}. One request to an instance
	 * that is down is a trial, and there are never more than {@link #MAX_TRIALS}.
	 * @return null when it is down and has all its trials
	 */
	@Nullable Use begin() {
		boolean trial = this.state.get() != State.UP;
		if (trial && this.trials.incrementAndGet() > MAX_TRIALS) {
			this.trials.decrementAndGet();
			return null;
		}
		this.inFlight.incrementAndGet();
		return new Use(this, trial);
	}

	boolean isUp() {
		return this.state.get() == State.UP;
	}

	/** Whether it is down but may be tried where nothing better is left. */
	boolean allowsTrial() {
		return this.trials.get() < MAX_TRIALS;
	}

	/** Whether it has refused connections for less than that time. */
	boolean isRefusingSince(long nowNanos, long forLessThanNanos) {
		return this.state.get() == State.REFUSING && nowNanos - this.downSince < forLessThanNanos;
	}

	/**
	 * Records that it took a connection. That proves an instance alive that refused
	 * connections, but not one that accepted them and did not respond.
	 * @return whether the instance was down until now
	 */
	boolean connected() {
		return this.state.get() == State.REFUSING && this.state.compareAndSet(State.REFUSING, State.UP);
	}

	/**
	 * Records a response of any kind.
	 * @return whether the instance was down until now
	 */
	boolean responded() {
		if (this.failures.get() != 0) {
			this.failures.set(0);
		}
		return this.state.get() != State.UP && this.state.getAndSet(State.UP) != State.UP;
	}

	/**
	 * Records a refused connection.
	 * @return whether the instance is down from now on
	 */
	boolean refused() {
		return down(State.REFUSING);
	}

	/**
	 * Records a connection or probe that timed out.
	 * @param limit so many in a row take the instance down
	 * @return whether the instance is down from now on
	 */
	boolean timedOut(int limit) {
		return this.failures.incrementAndGet() >= limit && down(State.SILENT);
	}

	private boolean down(State next) {
		if (this.state.get() == State.UP) {
			this.downSince = System.nanoTime();
		}
		return this.state.getAndSet(next) == State.UP;
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * One request in flight.
	 *
	 * @param instance where it is sent
	 * @param trial whether it counts as a trial of an instance that is down
	 */
	record Use(Instance instance, boolean trial) {

		/** To be called once. */
		void end() {
			this.instance.inFlight.decrementAndGet();
			if (this.trial) {
				this.instance.trials.decrementAndGet();
			}
		}

	}

	private enum State {

		/** Takes requests, as far as is known. */
		UP,
		/** Refuses connections: a try costs next to nothing. */
		REFUSING,
		/** Does not respond: a try costs the whole time budget of a request. */
		SILENT

	}

}
