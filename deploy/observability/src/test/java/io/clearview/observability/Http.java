package io.clearview.observability;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks what answers soon or not at all. */
final class Http {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

	private Http() {
	}

	/** The body of an answer. */
	static String text(String url) throws IOException {
		return send(HttpRequest.newBuilder(URI.create(url))).body();
	}

	/** The answer to a request. */
	static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
		HttpRequest built = request.build();
		// the client's own limit ends with the answer's head
		CompletableFuture<HttpResponse<String>> answer = CLIENT.sendAsync(built, BodyHandlers.ofString());
		try {
			return answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			answer.cancel(true);
			throw new IOException("No answer from " + built.uri(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted", ex);
		}
	}

}
