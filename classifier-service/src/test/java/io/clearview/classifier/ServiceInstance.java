package io.clearview.classifier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.clearview.classifier.identity.IdentityFilter;
import io.clearview.classifier.identity.TestGateway;
import io.clearview.classifier.identity.Tier;
import io.clearview.kit.testing.RedisAddress;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;

import static io.clearview.kit.testing.Eventually.eventually;

/**
 * The whole service, in this process, on a free port. Several can run beside each other
 * on one Redis, as in a fleet.
 */
public final class ServiceInstance implements AutoCloseable {

	private static final JsonMapper json = new JsonMapper();

	/** Longer than every part may take, one after the other. */
	private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(10))
		.build();

	private final ConfigurableApplicationContext context;

	private final TestGateway gateway;

	private ServiceInstance(ConfigurableApplicationContext context, TestGateway gateway) {
		this.context = context;
		this.gateway = gateway;
	}

	/**
	 * Starts an instance.
	 * @param redis both roles, unless settings say otherwise
	 * @param settings as {@code name=value}
	 */
	public static ServiceInstance start(TestGateway gateway, RedisAddress redis, String... settings) {
		return start(gateway, redis, List.of(), settings);
	}

	/**
	 * Starts an instance whose model is behind HTTP, and warms it up. It asks once, never
	 * gives the model up, and takes no slow Redis for a lost one, unless settings say
	 * otherwise.
	 */
	public static ServiceInstance judgedBy(ModelStub model, TestGateway gateway, RedisAddress redis,
			String... settings) {
		ServiceInstance instance = start(gateway, redis, Stream.concat(
				Stream.of("clearview.model.kind=openai", "clearview.model.base-url=" + model.baseUrl(),
						"clearview.model.name=test-model", "clearview.model.start-check=false",
						"clearview.redis.timeout=20s", "clearview.model.guard.timeout=4s",
						"clearview.model.guard.retries=0", "clearview.model.guard.breaker-failures=1000",
						"clearview.cost.prices.test-model.prompt=10", "clearview.cost.prices.test-model.completion=20"),
				Arrays.stream(settings))
			.toArray(String[]::new));
		String somebody = gateway.user("f%063x".formatted(System.nanoTime()), Tier.ENTERPRISE);
		eventually("warm", () -> instance.classify(somebody, Bodies.posts("warm up")).stat("cached") == 1);
		return instance;
	}

	/** Starts an instance with beans of its own. */
	public static ServiceInstance start(TestGateway gateway, RedisAddress redis, List<Class<?>> beans,
			String... settings) {
		List<Class<?>> sources = new ArrayList<>(List.of(ClassifierApplication.class, OwnEventLoops.class));
		sources.addAll(beans);
		Map<String, String> arguments = new LinkedHashMap<>();
		Stream
			.concat(Stream.of("server.port=0", "server.address=127.0.0.1", "management.server.port=0",
					"management.server.address=127.0.0.1", "clearview.identity.keys=" + gateway.keys(),
					"clearview.redis.state.url=" + redis.url(), "clearview.redis.state.cluster=" + redis.isCluster(),
					"clearview.redis.cache.url=" + redis.url(), "clearview.redis.cache.cluster=" + redis.isCluster(),
					"clearview.warm-up.requests=0"), Arrays.stream(settings))
			.forEach((setting) -> arguments.put(setting.substring(0, setting.indexOf('=')), "--" + setting));
		return new ServiceInstance(
				new SpringApplicationBuilder(sources.toArray(Class<?>[]::new)).web(WebApplicationType.REACTIVE)
					.run(arguments.values().toArray(String[]::new)),
				gateway);
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port") + path);
	}

	public URI managementUri(String path) {
		return URI
			.create("http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.management.port") + path);
	}

	/** {@code POST /classify} of a user of the free tier. */
	public Reply classify(String body) {
		return classify(this.gateway.user(), body);
	}

	public Reply classify(String assertion, String body, String... headers) {
		return send(post(assertion, body, headers));
	}

	public CompletableFuture<Reply> classifyAsync(String assertion, String body, String... headers) {
		return this.client.sendAsync(post(assertion, body, headers), BodyHandlers.ofString()).thenApply(Reply::of);
	}

	public Reply get(String path, String assertion) {
		return send(HttpRequest.newBuilder(uri(path)).header(IdentityFilter.HEADER, assertion).build());
	}

	public Reply delete(String path, String assertion) {
		return send(HttpRequest.newBuilder(uri(path)).header(IdentityFilter.HEADER, assertion).DELETE().build());
	}

	/**
	 * What is charged today to the user of an assertion, as {@code GET /quota} tells it.
	 */
	public int used(String assertion) {
		return get("/quota", assertion).used();
	}

	/** A page of the management port. */
	public Reply manage(String path) {
		return send(HttpRequest.newBuilder(managementUri(path)).build());
	}

	public Reply send(HttpRequest request) {
		try {
			return Reply.of(this.client.send(request, BodyHandlers.ofString()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private HttpRequest post(String assertion, String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri("/classify"))
			.header(IdentityFilter.HEADER, assertion)
			.header("Content-Type", "application/json")
			.timeout(Duration.ofSeconds(30))
			.POST(HttpRequest.BodyPublishers.ofString(body));
		return ((headers.length > 0) ? request.headers(headers) : request).build();
	}

	/**
	 * Stops it, in bounded time: requests in flight are given up, and a part that does
	 * not end is told by where it stands.
	 */
	@Override
	public void close() {
		this.client.shutdownNow();
		FutureTask<@Nullable Void> closing = new FutureTask<>(this.context::close, null);
		Thread closer = Thread.ofPlatform().daemon().name("closing a service").start(closing);
		try {
			closing.get(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
		}
		catch (TimeoutException _) {
			IllegalStateException fault = new IllegalStateException(
					"The service did not stop within " + STOPS_WITHIN + "; it stands here");
			fault.setStackTrace(closer.getStackTrace());
			throw fault;
		}
		catch (ExecutionException | InterruptedException ex) {
			throw new IllegalStateException("The service did not stop", ex);
		}
	}

	/**
	 * An answer.
	 *
	 * @param status of it
	 * @param response with its headers
	 * @param body as JSON, missing if it is none
	 */
	public record Reply(int status, HttpResponse<String> response, JsonNode body) {

		static Reply of(HttpResponse<String> response) {
			boolean isJson = response.headers().firstValue("Content-Type").orElse("").contains("json");
			return new Reply(response.statusCode(), response,
					isJson ? json.readTree(response.body()) : json.missingNode());
		}

		public JsonNode classification(int index) {
			return this.body.path("classifications").path(index);
		}

		/** The posts of an answer in which something is so. */
		public long count(Predicate<JsonNode> what) {
			return this.body.path("classifications").valueStream().filter(what).count();
		}

		/** Posts charged today, in the body of {@code GET /quota}. */
		public int used() {
			return this.body.path("quota").path("daily").path("used").asInt(-1);
		}

		public int stat(String name) {
			return this.body.path("stats").path(name).asInt(-1);
		}

		public String label(int index) {
			return classification(index).path("label").asString();
		}

		public String error() {
			return this.body.path("error").asString();
		}

	}

	/**
	 * Netty's threads of this instance alone, so that it stops without stopping others.
	 */
	static class OwnEventLoops {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

}
