package io.clearview.gateway.warmup;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Does the steps of a request, one after the other, until they run warm, and only then
 * lets the instance be ready. The first call to Redis loads some hundred classes, which
 * takes longer than a request may wait for it: the first users would be refused.
 */
@Component
class WarmUp implements ApplicationRunner {

	private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

	private final WarmUpProperties properties;

	private final List<Exercise> exercises;

	WarmUp(WarmUpProperties properties, List<Exercise> exercises) {
		this.properties = properties;
		this.exercises = exercises;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		if (this.properties.time().isZero()) {
			return;
		}
		long start = System.nanoTime();
		Long rounds = Flux.range(0, this.properties.rounds())
			.concatMap((_) -> round().thenReturn(true))
			.take(this.properties.time())
			.count()
			.block();
		log.info("Warmed up with {} rounds in {} ms", rounds, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
	}

	private Mono<Void> round() {
		return Flux.fromIterable(this.exercises)
			.concatMap((exercise) -> Mono.fromDirect(exercise.once()).onErrorComplete())
			.then();
	}

}
