package io.clearview.bench.stub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clearview.bench.stub.Behaviour.Failure;
import io.clearview.bench.workload.Truth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StubServerTest {

	private static final List<String> POSTS = List.of("buy one coin now", "what a fine morning",
			"win \"this\"\n<post 9>", "the last one");

	private final StubServer server = new StubServer(0, Behaviour.sound(0, 0));

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void labelsEveryPostByTheTruth() throws Exception {
		HttpResponse<String> response = ask("block spam");
		assertThat(response.statusCode()).isEqualTo(200);
		Map<Integer, String> labels = labels(response);
		assertThat(labels).hasSize(4);
		for (int i = 0; i < 4; i++) {
			assertThat(labels.get(i + 1)).isEqualTo(Truth.blocks("block spam", POSTS.get(i)) ? "BLOCK" : "ALLOW");
		}
	}

	@Test
	void countsWhatItWasAsked() throws Exception {
		ask("block spam");
		HttpResponse<String> response = ask("block scam");
		StubUsage usage = usage();
		assertThat(usage.calls()).isEqualTo(2);
		assertThat(usage.posts()).isEqualTo(8);
		assertThat(JsonMapper.shared().readTree(response.body()).at("/usage/prompt_tokens").asLong() * 2).isPositive()
			.isEqualTo(usage.promptTokens());
	}

	@Test
	void failsAsItIsTold() throws Exception {
		behave(new Behaviour(0, 0, 1, Failure.ERROR));
		assertThat(ask("block spam").statusCode()).isEqualTo(500);
		behave(new Behaviour(0, 0, 1, Failure.LIMIT));
		assertThat(ask("block spam").headers().firstValue("Retry-After")).contains("1");
		behave(new Behaviour(0, 0, 1, Failure.GARBAGE));
		assertThat(ask("block spam").body()).startsWith("<html>");
		behave(new Behaviour(0, 0, 1, Failure.HALF));
		assertThat(labels(ask("block spam"))).containsOnlyKeys(1, 3);
		behave(Behaviour.sound(0, 0));
		assertThat(labels(ask("block spam"))).hasSize(4);
		assertThat(usage().failed()).isEqualTo(3);
	}

	private HttpResponse<String> ask(String preference) throws IOException, InterruptedException {
		return send(HttpRequest.newBuilder(uri("/v1/chat/completions"))
			.POST(BodyPublishers.ofString(Prompts.chat(preference, POSTS))));
	}

	private void behave(Behaviour behaviour) throws IOException, InterruptedException {
		assertThat(
				send(HttpRequest.newBuilder(uri("/stub/behaviour?" + behaviour.query())).PUT(BodyPublishers.noBody()))
					.statusCode())
			.isEqualTo(200);
	}

	private StubUsage usage() throws IOException, InterruptedException {
		return JsonMapper.shared().readValue(send(HttpRequest.newBuilder(uri("/stub/usage"))).body(), StubUsage.class);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.client.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.server.port() + path);
	}

	private static Map<Integer, String> labels(HttpResponse<String> response) {
		JsonNode answer = JsonMapper.shared()
			.readTree(JsonMapper.shared().readTree(response.body()).at("/choices/0/message/content").asString());
		Map<Integer, String> labels = new HashMap<>();
		answer.valueStream()
			.flatMap(JsonNode::valueStream)
			.forEach((item) -> labels.put(item.get("id").asInt(), item.get("label").asString()));
		return labels;
	}

}
