package io.clearview.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.clearview.gateway.GatewayApplication;
import io.clearview.gateway.telemetry.Metrics;
import io.clearview.kit.testing.OutputScan;
import io.micrometer.core.instrument.MeterRegistry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * A whole gateway in this JVM, on free ports and with its shipped configuration, spoken
 * to over a real socket.
 */
public final class Gateway implements AutoCloseable {

	private static final HttpClient CLIENT = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(10))
		.build();

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final AtomicInteger ADDRESSES = new AtomicInteger();

	private final ConfigurableApplicationContext context;

	private Gateway(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts a gateway.
	 * @param redisUrl redis-state
	 * @param classifierUrls comma-separated
	 * @param settings properties that differ from the shipped ones, as in {@code a.b=c}
	 */
	public static Gateway start(String redisUrl, String classifierUrls, String... settings) {
		return start(List.of(), redisUrl, classifierUrls, settings);
	}

	/** Starts a gateway with further beans. */
	public static Gateway start(List<Class<?>> beans, String redisUrl, String classifierUrls, String... settings) {
		String[] arguments = arguments(redisUrl, classifierUrls, settings);
		return new Gateway(new SpringApplicationBuilder(GatewayApplication.class, OwnResources.class)
			.sources(beans.toArray(Class<?>[]::new))
			.run(arguments));
	}

	/** What a gateway is started with. */
	static String[] arguments(String redisUrl, String classifierUrls, String... settings) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("server.port", "0");
		properties.put("management.server.port", "0");
		properties.put("spring.data.redis.url", redisUrl);
		properties.put("clearview.classifier.urls", classifierUrls);
		// A test machine may be slow, and only tests of slowness want to notice.
		properties.put("clearview.redis.timeout", "10s");
		properties.put("clearview.redis.startup", "30s");
		properties.put("clearview.classifier.probe.timeout", "30s");
		properties.put("clearview.server.drain", "0s");
		properties.put("clearview.warm-up.rounds", "3");
		// Each request comes from an address of its own, unless it says otherwise.
		properties.put("clearview.trusted-proxies", "1");
		properties.put("clearview.identity.keys", Keys.IDENTITY);
		properties.put("clearview.device.keys", Keys.DEVICE);
		properties.put("clearview.token.keys", Keys.TOKEN);
		for (String setting : settings) {
			int equals = setting.indexOf('=');
			properties.put(setting.substring(0, equals), setting.substring(equals + 1));
		}
		return properties.entrySet()
			.stream()
			.map((property) -> "--" + property.getKey() + "=" + property.getValue())
			.toArray(String[]::new);
	}

	/** The secret of the only identity key, with the ID {@code test}. */
	public static byte[] identitySecret() {
		return Keys.SECRET.clone();
	}

	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	public int managementPort() {
		return this.context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	/** A request from an address and network that nobody used before. */
	public HttpRequest.Builder request(String path) {
		return request(path, newAddress());
	}

	/** A request from that address. */
	public HttpRequest.Builder request(String path, String address) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
			.timeout(Duration.ofSeconds(60))
			.header("X-Forwarded-For", address);
	}

	/** An address in a network that nobody used before. */
	public static String newAddress() {
		int network = ADDRESSES.incrementAndGet();
		return "10.%d.%d.7".formatted(network / 256, network % 256);
	}

	/** A request to {@code POST /classify} with that token and body. */
	public HttpRequest.Builder classify(String token, String body) {
		return classify(token, BodyPublishers.ofString(body));
	}

	public HttpRequest.Builder classify(String token, BodyPublisher body) {
		return request("/classify").header("Content-Type", "application/json")
			.header("Authorization", token)
			.POST(body);
	}

	public Answer send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
			if (response.statusCode() == 201) {
				OutputScan.tokens(response.body());
			}
			return new Answer(response.statusCode(), response.headers().map(), response.body());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Gets a token as the extension does: a JSON content type and no body at all. */
	public String token() {
		Answer answer = send(request("/auth").header("Content-Type", "application/json").POST(BodyPublishers.noBody()));
		if (answer.status() != 201) {
			throw new AssertionError("No token: " + answer);
		}
		return answer.json().get("token").asString();
	}

	/** Sends bytes as they are, and reads until the gateway closes the connection. */
	public String raw(String bytes) {
		return raw(bytes.getBytes(StandardCharsets.ISO_8859_1));
	}

	public String raw(byte[] bytes) {
		try (Socket socket = new Socket("127.0.0.1", port())) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream().write(bytes);
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** How many calls of Redis ended so, e.g. in {@code timeout}. */
	public long redisCalls(String outcome) {
		return this.context.getBean(MeterRegistry.class)
			.get(Metrics.REDIS_CALLS)
			.tag("outcome", outcome)
			.timer()
			.count();
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * What came back.
	 *
	 * @param headers with names in lower case
	 */
	public record Answer(int status, Map<String, List<String>> headers, String body) {

		public JsonNode json() {
			return JSON.readTree(this.body);
		}

		public String header(String name) {
			List<String> values = this.headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
			if (values.size() > 1) {
				throw new AssertionError(name + " is there more than once: " + values);
			}
			return values.isEmpty() ? "" : values.getFirst();
		}

	}

	/** Event loops of its own: closing one gateway must not stop the others. */
	static class OwnResources {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			resources.setShutdownQuietPeriod(Duration.ZERO);
			return resources;
		}

		/** In use, gateways ask on the loops that they serve on. */
		@Bean
		HttpClientCustomizer sameLoops(ReactorResourceFactory resources) {
			return (client) -> client.runOn(resources.getLoopResources());
		}

	}

	/** Key rings that last as long as this JVM. */
	private static final class Keys {

		private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

		private static final Path IDENTITY = ring();

		private static final Path DEVICE = ring();

		private static final Path TOKEN = ring();

		private static Path ring() {
			try {
				Path directory = Files.createTempDirectory("clearview-keys");
				Path file = directory.resolve("test.key");
				String secret = Base64.getEncoder().encodeToString(SECRET);
				OutputScan.secret(secret);
				Files.writeString(file, "created=%s\nactive=true\nsecret=%s\n".formatted(Instant.EPOCH, secret));
				file.toFile().deleteOnExit();
				return directory;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
