package io.clearview.gateway.upstream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.clearview.gateway.server.Draining;
import io.netty.channel.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Asks each instance for its health now and then, so that one that hangs is found, and
 * one that is back is used, without spending a user's request on it. Any answer counts,
 * whatever its status: what is watched is whether requests are taken up.
 */
@Component
final class Probes implements SmartLifecycle {

	private final Classifier classifier;

	private final ClassifierProperties.Probe settings;

	private final HttpClient client;

	private final ConnectionProvider connections;

	/** Instances whose last probe has not ended: one at a time each. */
	private final Set<Instance> underWay = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Disposable running;

	Probes(Classifier classifier, ClassifierProperties properties) {
		this.classifier = classifier;
		this.settings = properties.probe();
		this.connections = ConnectionProvider.builder("probes")
			.maxConnections(2)
			.maxIdleTime(this.settings.interval().multipliedBy(2))
			.build();
		this.client = HttpClient.create(this.connections).disableRetry(true).responseTimeout(this.settings.timeout());
	}

	/** Works until the server has ended its last request. */
	@Override
	public int getPhase() {
		return Draining.BEHIND_SERVER;
	}

	@Override
	public void start() {
		this.running = Flux.interval(Duration.ZERO, this.settings.interval())
			.onBackpressureDrop()
			.flatMap((_) -> Flux.fromIterable(this.classifier.instances()), Integer.MAX_VALUE)
			.filter(this.underWay::add)
			.flatMap((instance) -> probe(instance).doFinally((_) -> this.underWay.remove(instance)), Integer.MAX_VALUE)
			.subscribe();
	}

	private Mono<Void> probe(Instance instance) {
		return instance.bind(this.client)
			.get()
			.uri("/health")
			.response()
			.timeout(this.settings.timeout())
			.doOnSuccess((_) -> this.classifier.responded(instance))
			.doOnError((thrown) -> failed(instance, thrown))
			.onErrorComplete()
			.then();
	}

	private void failed(Instance instance, Throwable thrown) {
		if (ClassifierRoutingFilter.isRefused(thrown) && !(thrown instanceof ConnectTimeoutException)) {
			this.classifier.refused(instance);
		}
		else {
			this.classifier.silent(instance);
		}
	}

	@Override
	public void stop() {
		Disposable probing = this.running;
		if (probing != null) {
			probing.dispose();
			this.connections.dispose();
			this.running = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

}
