package io.clearview.gateway.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.clearview.gateway.server.Draining;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Resolves the names in the classifier's URLs every few seconds, without blocking, so
 * that each address behind a name (a headless service of Kubernetes) is an instance. An
 * address that is gone gets no further requests; its connections close when their
 * requests have ended. While the name service fails, the last known addresses stay.
 */
@Component
final class Discovery implements SmartLifecycle {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final Classifier classifier;

	private final NameService names;

	private final HttpClient client;

	private final List<URI> urls;

	private final Duration interval;

	private volatile @Nullable Disposable running;

	Discovery(Classifier classifier, NameService names, HttpClient client, ClassifierProperties properties) {
		this.classifier = classifier;
		this.names = names;
		this.client = client;
		this.urls = properties.urls().stream().filter((url) -> isName(url.getHost())).toList();
		this.interval = properties.resolveInterval();
	}

	/** Whether that host of a URL can stand for several addresses. */
	static boolean isName(String host) {
		return !host.startsWith("[") && !NetUtil.isValidIpV4Address(host);
	}

	/** Works until the server has ended its last request. */
	@Override
	public int getPhase() {
		return Draining.BEHIND_SERVER;
	}

	@Override
	public void start() {
		this.running = Flux.interval(Duration.ZERO, this.interval)
			.onBackpressureDrop()
			.concatMap((_) -> resolveAll(), 1)
			.subscribe();
	}

	/** Resolves every name once; completes when all have responded or failed. */
	Mono<Void> resolveAll() {
		return Flux.fromIterable(this.urls).flatMap(this::resolve).then();
	}

	private Mono<Void> resolve(URI url) {
		return this.names.addresses(url.getHost())
			.timeout(TIMEOUT)
			.doOnNext((addresses) -> this.classifier.resolved(url, oneFamily(addresses)).forEach(this::drain))
			.onErrorComplete()
			.then();
	}

	/**
	 * The IPv4 addresses, or those of IPv6 if there are no others: a host that has both
	 * is one instance and not two.
	 */
	private static List<InetAddress> oneFamily(List<InetAddress> addresses) {
		List<InetAddress> four = addresses.stream().filter((address) -> address.getAddress().length == 4).toList();
		return four.isEmpty() ? addresses.stream().distinct().toList() : four.stream().distinct().toList();
	}

	/** Closes idle connections now, and each other one when its request has ended. */
	private void drain(Instance gone) {
		this.client.configuration().connectionProvider().disposeWhen(gone.address());
	}

	@Override
	public void stop() {
		Disposable resolving = this.running;
		if (resolving != null) {
			resolving.dispose();
			this.running = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

}
