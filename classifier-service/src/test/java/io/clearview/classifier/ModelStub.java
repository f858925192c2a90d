package io.clearview.classifier;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chat-completions endpoint. Until told otherwise it blocks the posts that contain
 * {@code spam}.
 */
public final class ModelStub implements AutoCloseable {

	private static final JsonMapper json = new JsonMapper();

	private static final int PROMPT_TOKENS = 100;

	/** Enough for the posts of tests: fewer would mean that the prompt was cut. */
	private static final int TOKENS_A_POST = 60;

	private static final Pattern POST = Pattern.compile("<post (\\d+) \\w+>\n(.*?)\n</post", Pattern.DOTALL);

	private final WireMockServer server;

	private volatile Function<List<Asked>, ResponseDefinitionBuilder> answer = ModelStub::byContent;

	public ModelStub() {
		this.server = new WireMockServer(WireMockConfiguration.options()
			.dynamicPort()
			.bindAddress("127.0.0.1")
			.containerThreads(64)
			.extensions(new Judge()));
		this.server.start();
		this.server.stubFor(WireMock.post("/v1/chat/completions").willReturn(WireMock.ok().withTransformers("judge")));
	}

	public String baseUrl() {
		return "http://127.0.0.1:" + this.server.port() + "/v1";
	}

	/** Forgets earlier calls and answers as at first. */
	public void reset() {
		this.server.resetRequests();
		this.answer = ModelStub::byContent;
	}

	public void answering(Function<List<Asked>, ResponseDefinitionBuilder> answer) {
		this.answer = answer;
	}

	/** Calls since the last reset, as they came over the wire. */
	public List<LoggedRequest> calls() {
		return this.server.findAll(WireMock.postRequestedFor(WireMock.anyUrl()));
	}

	/** The posts of each call since the last reset. */
	public List<List<Asked>> batches() {
		return calls().stream().map((call) -> posts(call.getBodyAsString())).toList();
	}

	/** An answer that blocks what contains {@code spam}. */
	public static ResponseDefinitionBuilder byContent(List<Asked> posts) {
		return labels(posts);
	}

	/** An answer for these posts only. */
	public static ResponseDefinitionBuilder labels(List<Asked> posts) {
		return labels(posts, promptTokens(posts.size()));
	}

	private static String content(List<Asked> posts) {
		ObjectNode content = json.createObjectNode();
		ArrayNode labels = content.putArray("labels");
		for (Asked post : posts) {
			labels.addObject().put("id", post.id()).put("label", post.content().contains("spam") ? "BLOCK" : "ALLOW");
		}
		return content.toString();
	}

	/** The same, of a prompt that took so many tokens. */
	public static ResponseDefinitionBuilder labels(List<Asked> posts, int promptTokens) {
		return says(content(posts), promptTokens);
	}

	/** What it says of a prompt with so many posts. */
	public static int promptTokens(int posts) {
		return Math.max(PROMPT_TOKENS, posts * TOKENS_A_POST);
	}

	/** An answer in these words. */
	public static ResponseDefinitionBuilder says(String content) {
		return says(content, PROMPT_TOKENS);
	}

	private static ResponseDefinitionBuilder says(String content, int promptTokens) {
		ObjectNode body = json.createObjectNode();
		body.putArray("choices")
			.addObject()
			.put("finish_reason", "stop")
			.putObject("message")
			.put("role", "assistant")
			.put("content", content);
		body.putObject("usage").put("prompt_tokens", promptTokens).put("completion_tokens", 10);
		return WireMock.okJson(body.toString());
	}

	private static List<Asked> posts(String body) {
		StringBuilder messages = new StringBuilder();
		json.readTree(body).path("messages").forEach((message) -> messages.append(message.path("content").asString()));
		List<Asked> posts = new ArrayList<>();
		Matcher matcher = POST.matcher(messages);
		while (matcher.find()) {
			posts.add(new Asked(Integer.parseInt(matcher.group(1)), matcher.group(2)));
		}
		return posts;
	}

	@Override
	public void close() {
		this.server.stop();
	}

	/**
	 * A post of a call.
	 *
	 * @param id its number in the call
	 * @param content its text
	 */
	public record Asked(int id, String content) {
	}

	private final class Judge implements ResponseDefinitionTransformerV2 {

		@Override
		public ResponseDefinition transform(ServeEvent event) {
			return ModelStub.this.answer.apply(posts(event.getRequest().getBodyAsString())).build();
		}

		@Override
		public String getName() {
			return "judge";
		}

		@Override
		public boolean applyGlobally() {
			return false;
		}

	}

}
