package io.clearview.gateway.upstream;

import java.time.Duration;
import java.util.List;

import io.clearview.gateway.identity.AssertionSigner;
import io.clearview.gateway.identity.Scope;
import io.clearview.gateway.correlation.Correlation;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Asks the classifier what only it knows, on behalf of an operator. Rare and small, so it
 * has a few connections of its own, and what fails is not tried again.
 */
@Component
public final class ClassifierAdmin implements DisposableBean {

	private static final Duration TIMEOUT = Duration.ofSeconds(3);

	private static final int LARGEST_ANSWER = 256 * 1024;

	private final Classifier classifier;

	private final AssertionSigner signer;

	private final ConnectionProvider connections;

	private final HttpClient client;

	ClassifierAdmin(Classifier classifier, AssertionSigner signer) {
		this.classifier = classifier;
		this.signer = signer;
		this.connections = ConnectionProvider.builder("admin")
			.maxConnections(4)
			.pendingAcquireMaxCount(16)
			.maxIdleTime(Duration.ofSeconds(10))
			.build();
		this.client = HttpClient.create(this.connections).disableRetry(true).responseTimeout(TIMEOUT);
	}

	/**
	 * Asks any instance. Errors with {@link ClassifierUnreachableException} when there is
	 * none or it gives no answer.
	 * @param method the HTTP method
	 * @param pathAndQuery as the classifier has it, encoded
	 * @param operator who is asking
	 * @param correlationId the name of the request
	 * @return its answer, whatever the status
	 */
	public Mono<Answer> any(HttpMethod method, String pathAndQuery, String operator, String correlationId) {
		return Mono.defer(() -> {
			@Nullable Instance instance = this.classifier.pick(List.of());
			return (instance != null) ? ask(instance, method, pathAndQuery, operator, correlationId) : Mono.empty();
		}).switchIfEmpty(Mono.error(ClassifierUnreachableException::new));
	}

	/** Asks every instance that answers, in the order they are configured. */
	public Mono<List<Answer>> all(HttpMethod method, String pathAndQuery, String operator, String correlationId) {
		return Flux.fromIterable(this.classifier.instances())
			.flatMapSequential((instance) -> ask(instance, method, pathAndQuery, operator, correlationId), 4)
			.collectList();
	}

	/** The answer; empty when there is none. */
	private Mono<Answer> ask(Instance instance, HttpMethod method, String pathAndQuery, String operator,
			String correlationId) {
		return instance.bind(this.client)
			.headers((headers) -> headers
				.set(AssertionSigner.HEADER, this.signer.sign(operator, null, Scope.ADMIN, correlationId))
				.set(Correlation.HEADER, correlationId))
			.request(method)
			.uri(pathAndQuery)
			.responseSingle((response, body) -> {
				String length = response.responseHeaders().get("Content-Length", "0");
				if (length.length() > 6 || Integer.parseInt(length) > LARGEST_ANSWER) {
					return Mono.empty();
				}
				return body.asByteArray()
					.defaultIfEmpty(new byte[0])
					.filter((bytes) -> bytes.length <= LARGEST_ANSWER)
					.map((bytes) -> new Answer(response.status().code(), bytes));
			})
			.timeout(TIMEOUT)
			.onErrorComplete();
	}

	@Override
	public void destroy() {
		this.connections.dispose();
	}

	/**
	 * What the classifier said.
	 *
	 * @param status the HTTP status
	 * @param body JSON, or nothing
	 */
	@SuppressWarnings("ArrayRecordComponent")
	public record Answer(int status, byte[] body) {
	}

}
