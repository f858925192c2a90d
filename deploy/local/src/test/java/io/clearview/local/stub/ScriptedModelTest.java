package io.clearview.local.stub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class ScriptedModelTest {

	private static final String MESSAGE = """
			<preference c0de>
			no adverts
			</preference c0de>
			<post 1 c0de>
			buy followers
			</post 1 c0de>
			<post 2 c0de>
			a walk
			by the sea
			</post 2 c0de>
			""";

	private final JsonMapper json = JsonMapper.shared();

	private ScriptedModel model;

	@BeforeEach
	void start() throws IOException {
		this.model = new ScriptedModel(0,
				new ScriptedModel.Script(
						(preference, post) -> preference.contains("no adverts") && post.contains("followers"),
						Duration.ZERO, 1, true));
	}

	@AfterEach
	void stop() {
		this.model.close();
	}

	@Test
	void labelsEveryPostOfAPrompt() throws Exception {
		assertThat(answer()).isEqualTo(this.json.readTree("""
				{"labels":[{"id":1,"label":"BLOCK"},{"id":2,"label":"ALLOW"}]}"""));
		assertThat(this.model.takeCalls()).singleElement().asString().contains("buy followers");
		assertThat(this.model.takeCalls()).isEmpty();
	}

	@Test
	void forgetsEverySecondPost() throws Exception {
		this.model.behave(Behaviour.HALF);
		assertThat(answer()).isEqualTo(this.json.readTree("""
				{"labels":[{"id":1,"label":"BLOCK"}]}"""));
	}

	private Object answer() throws IOException, InterruptedException {
		String body = this.json.writeValueAsString(Map.of("messages",
				List.of(Map.of("role", "system", "content", "label"), Map.of("role", "user", "content", MESSAGE))));
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.model.baseUrl() + "/chat/completions"))
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		try (HttpClient client = HttpClient.newHttpClient()) {
			String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
			return this.json.readTree(this.json.readTree(answer).at("/choices/0/message/content").asString());
		}
	}

}
