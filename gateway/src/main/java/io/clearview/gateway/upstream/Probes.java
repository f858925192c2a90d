package io.clearview.gateway.upstream;

import java.time.Duration;

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

	@Override
	public void start() {
		this.running = Flux.fromIterable(this.classifier.instances())
			.flatMap((instance) -> Flux.interval(Duration.ZERO, this.settings.interval())
				.onBackpressureDrop()
				.concatMap((_) -> probe(instance), 0), Integer.MAX_VALUE)
			.subscribe();
	}

	private Mono<Void> probe(Instance instance) {
		return this.client.get()
			.uri(instance.url("/health"))
			.response()
			.timeout(this.settings.timeout())
			.doOnSuccess((_) -> this.classifier.answered(instance))
			.doOnError((_) -> this.classifier.silent(instance))
			.onErrorComplete()
			.then();
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
