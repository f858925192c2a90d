package io.clearview.gateway.upstream;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.test.StepVerifier;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The moments in which an answer and a cancellation cross each other are too short to be
 * met on purpose; FuzzTest meets them by numbers. Here they are put one after the other,
 * as the framework's routing filter does it.
 */
class ClassifierAnswerTest {

	private final ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.post("/classify"));

	private final EmbeddedChannel channel = new EmbeddedChannel();

	private final HttpHeaders answered = new HttpHeaders();

	ClassifierAnswerTest() {
		Route route = Route.async().id("classify").uri("classifier://any").predicate((_) -> true).build();
		this.exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
		this.answered.setContentLength(2);
	}

	@Test
	void anAnswerToARequestThatWasCancelledIsDisposedOf() {
		StepVerifier.create(ask(Mono.never())).thenCancel().verify(Duration.ofSeconds(5));

		assertThat(answer().isEmpty()).isTrue();
		assertThat(this.channel.isOpen()).isFalse();
		assertThat(this.exchange.getAttributes()).doesNotContainKey(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
	}

	@Test
	void anAnswerInTimeIsLeftToBeRead() {
		assertThat(answer().getContentLength()).isEqualTo(2);
		assertThat(this.channel.isOpen()).isTrue();
		assertThat(this.exchange.getAttributes()).doesNotContainKey(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
	}

	@Test
	void anAnswerThatHasBegunIsDisposedOfWhenItsRequestIsCancelled() {
		answer();
		StepVerifier.create(ask(Mono.never())).thenCancel().verify(Duration.ofSeconds(5));

		assertThat(this.channel.isOpen()).isFalse();
	}

	private Mono<Void> ask(Mono<Void> work) {
		ClassifierProperties properties = new ClassifierProperties(List.of(URI.create("http://127.0.0.1:1")),
				Duration.ofSeconds(1), new ClassifierProperties.Probe(Duration.ofSeconds(2), Duration.ofSeconds(2), 2));
		Classifier classifier = new Classifier(properties, new SimpleMeterRegistry());
		return new ClassifierRoutingFilter(classifier).filter(this.exchange, (_) -> work);
	}

	/** What the routing filter does with the head of an answer, in its order. */
	private HttpHeaders answer() {
		this.exchange.getAttributes()
			.put(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR, Connection.from(this.channel));
		return new ReturnedHeaders().filter(this.answered, this.exchange);
	}

}
