package io.clearview.classifier.warmup;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.identity.WarmUpIdentity;
import io.clearview.classifier.verdict.Verdicts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Sends an instance requests over its own socket until the code they run is compiled, and
 * only then lets it be ready. It asks for the quota of a user who does not exist and for
 * labels of no posts, so that nothing is charged, judged or stored.
 */
@Component
class WarmUp implements ApplicationRunner {

	private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

	private static final int AT_ONCE = 4;

	private final WarmUpProperties properties;

	private final ReactiveWebServerApplicationContext context;

	private final WarmUpIdentity identity;

	private final Verdicts verdicts;

	WarmUp(WarmUpProperties properties, ReactiveWebServerApplicationContext context, WarmUpIdentity identity,
			Verdicts verdicts) {
		this.properties = properties;
		this.context = context;
		this.identity = identity;
		this.verdicts = verdicts;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		if (this.properties.time().isZero() || this.properties.requests() == 0 || this.context.getWebServer() == null) {
			return;
		}
		long start = System.nanoTime();
		WebClient client = WebClient.create("http://127.0.0.1:" + this.context.getWebServer().getPort());
		Long done = Flux.range(0, this.properties.requests())
			.flatMap((index) -> exercise(client, index), AT_ONCE)
			.take(this.properties.time())
			.onErrorComplete()
			.count()
			.block();
		log.info("Warmed up with {} requests in {} ms", done, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
	}

	private Mono<Integer> exercise(WebClient client, int index) {
		String assertion = this.identity.assertion();
		WebClient.RequestHeadersSpec<?> request = (index % 2 == 0)
				? client.get().uri("/quota").header(IdentityFilter.HEADER, assertion)
				: client.post()
					.uri("/classify")
					.header(IdentityFilter.HEADER, assertion)
					.contentType(MediaType.APPLICATION_JSON)
					.bodyValue("{\"timestamp\":0,\"preference\":\"Block spam\",\"posts\":[]}");
		return request.exchangeToMono((response) -> response.releaseBody().thenReturn(index)).flatMap(this::lookUp);
	}

	private Mono<Integer> lookUp(int index) {
		List<String> posts = IntStream.range(0, 10)
			.mapToObj((post) -> "A post of the warm-up, number " + post + ", https://example.com/" + index + " #warm")
			.toList();
		return this.verdicts.lookup(this.verdicts.ask("Block spam", posts))
			.thenReturn(index)
			.timeout(Duration.ofSeconds(1), Mono.just(index));
	}

}
