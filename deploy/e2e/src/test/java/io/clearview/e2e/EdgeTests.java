package io.clearview.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpServer;
import io.clearview.local.Programs;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The files of {@code deploy/edge} in the programs they are for, where those are
 * installed (Debian: {@code apt install nginx caddy haproxy}), before a stand-in of the
 * gateway.
 */
class EdgeTests {

	private static final int BODY = 102_400;

	private static final String LOOPBACK = "127.0.0.1";

	private static HttpServer gateway;

	private static HttpClient client;

	@TempDir
	Path directory;

	@BeforeAll
	static void start() throws IOException {
		gateway = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
		gateway.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
		gateway.createContext("/", (exchange) -> {
			int length = exchange.getRequestBody().readAllBytes().length;
			String path = exchange.getRequestURI().getPath();
			if (path.equals("/slow")) {
				try {
					TimeUnit.SECONDS.sleep(9);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			byte[] body = ("{\"length\":" + length + ",\"client\":\""
					+ String.join("; ", exchange.getRequestHeaders().getOrDefault("X-Forwarded-For", List.of()))
					+ "\"}")
				.getBytes(StandardCharsets.UTF_8);
			exchange.getResponseHeaders().add("Content-Type", "application/json");
			exchange.sendResponseHeaders(path.equals("/limited") ? 429 : 200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		gateway.start();
		client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
	}

	@AfterAll
	static void stop() {
		gateway.stop(0);
		client.close();
	}

	@ParameterizedTest
	@EnumSource(names = { "NGINX", "CADDY" })
	void aBodyMayHave102400Bytes(Program program) throws Exception {
		try (Front front = front(program, gatewayPort(), "192.0.2.0/32")) {
			assertThat(json(front.post("/classify", BODY)).path("length").asInt()).isEqualTo(BODY);
			HttpResponse<String> refused = front.post("/classify", BODY + 1, "X-Correlation-ID", "abcdefgh12");
			assertThat(refused.statusCode()).isEqualTo(413);
			assertIsOfTheContract(refused, "PAYLOAD_TOO_LARGE");
		}
	}

	@ParameterizedTest
	@EnumSource(names = "NGINX")
	void aRequestThatCannotBeReadIsToldInTheContractsForm(Program program) throws Exception {
		try (Front front = front(program, gatewayPort(), "192.0.2.0/32");
				Socket socket = new Socket(LOOPBACK, front.port())) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream()
				.write(("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n").getBytes(StandardCharsets.UTF_8));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/json");
			JsonNode body = JsonMapper.shared().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
			assertThat(body.path("error").asString()).isEqualTo("INVALID_REQUEST");
			assertThat(body.path("correlationId").asString()).matches("[A-Za-z0-9_-]{8,64}");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aGatewayThatIsGoneIsToldInTheContractsForm(Program program) throws Exception {
		int nobody;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
			nobody = socket.getLocalPort();
		}
		try (Front front = front(program, nobody, "192.0.2.0/32")) {
			HttpResponse<String> failed = front.post("/classify", 10);
			assertThat(failed.statusCode()).isIn(502, 503);
			assertIsOfTheContract(failed, "INTERNAL_ERROR");
			assertThat(json(failed).path("retryAfterMs").asInt()).isEqualTo(5000);
			assertThat(failed.headers().firstValue("Retry-After")).hasValue("5");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aGatewayThatDoesNotAnswerIsToldInTheContractsForm(Program program) throws Exception {
		try (Front front = front(program, gatewayPort(), "192.0.2.0/32")) {
			HttpResponse<String> failed = front.post("/slow", 10);
			assertThat(failed.statusCode()).isEqualTo(504);
			assertIsOfTheContract(failed, "INTERNAL_ERROR");
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatTheGatewayRefusesPassesUnchanged(Program program) throws Exception {
		try (Front front = front(program, gatewayPort(), "192.0.2.0/32")) {
			HttpResponse<String> refused = front.post("/limited", 7);
			assertThat(refused.statusCode()).isEqualTo(429);
			assertThat(json(refused).path("length").asInt()).isEqualTo(7);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientCannotChooseItsAddress(Program program) throws Exception {
		try (Front front = front(program, gatewayPort(), "192.0.2.0/32")) {
			HttpResponse<String> seen = front.post("/", 1, "X-Forwarded-For", "203.0.113.7");
			assertThat(json(seen).path("client").asString()).isEqualTo(LOOPBACK);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "NGINX", "HAPROXY" })
	void aTrustedProxyNamesTheClient(Program program) throws Exception {
		try (Front front = front(program, gatewayPort(), LOOPBACK + "/32")) {
			HttpResponse<String> seen = front.post("/", 1, "X-Forwarded-For", "198.51.100.1, 203.0.113.7");
			assertThat(json(seen).path("client").asString()).isEqualTo("203.0.113.7");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "NGINX", "HAPROXY" })
	void aFloodIsRefusedInTheContractsForm(Program program) throws Exception {
		try (Front front = front(program, gatewayPort(), "192.0.2.0/32")) {
			HttpResponse<String> last = front.post("/", 1);
			for (int i = 0; i < 60 && last.statusCode() == 200; i++) {
				last = front.post("/", 1);
			}
			assertThat(last.statusCode()).isEqualTo(429);
			assertIsOfTheContract(last, "RATE_LIMIT_EXCEEDED");
			assertThat(json(last).path("retryAfterMs").asInt()).isEqualTo(10_000);
		}
	}

	private static void assertIsOfTheContract(HttpResponse<String> response, String code) {
		JsonNode body = json(response);
		assertThat(body.path("success").asBoolean(true)).isFalse();
		assertThat(body.path("error").asString()).isEqualTo(code);
		assertThat(body.path("message").asString()).isNotBlank();
		assertThat(body.path("correlationId").asString()).matches("[A-Za-z0-9_-]{8,64}");
		assertThat(response.headers().firstValue("X-Correlation-ID")).hasValue(body.path("correlationId").asString());
		assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
		assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).hasValue("chrome-extension://abcdef");
		assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
		assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
		response.request()
			.headers()
			.firstValue("X-Correlation-ID")
			.filter((_) -> !response.headers().firstValue("Server").orElse("").contains("Caddy"))
			.ifPresent((sent) -> assertThat(body.path("correlationId").asString()).isEqualTo(sent));
	}

	private static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	private static int gatewayPort() {
		return gateway.getAddress().getPort();
	}

	private Front front(Program program, int gatewayPort, String trusted) throws Exception {
		boolean installed = Programs.find(program.command()).isPresent();
		if (!installed) {
			System.out.println(program.command() + " is not installed: its file is not tested");
		}
		assumeTrue(installed, program.command() + " is not installed");
		int port;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
			port = socket.getLocalPort();
		}
		ProcessBuilder builder = program.start(this.directory, port, gatewayPort, trusted);
		builder.redirectErrorStream(true).redirectOutput(this.directory.resolve("log").toFile());
		Front front = new Front(builder.start(), port);
		try {
			Waiting.until(program.command() + " listens", Duration.ofSeconds(60),
					() -> front.listens() || !front.process().isAlive());
			assertThat(front.process().isAlive()).as(Files.readString(this.directory.resolve("log"))).isTrue();
			return front;
		}
		catch (Exception | AssertionError ex) {
			front.close();
			throw ex;
		}
	}

	enum Program {

		NGINX {
			@Override
			ProcessBuilder start(Path directory, int port, int gatewayPort, String trusted) throws IOException {
				Path copies = Files.createDirectories(directory.resolve("clearview"));
				for (String file : List.of("http.conf", "site.conf", "proxy.conf", "errors.conf")) {
					Files.writeString(copies.resolve(file),
							file("nginx/" + file).replace("proxy_read_timeout 15s", "proxy_read_timeout 4s")
								.replace("rate=50r/s", "rate=1r/s")
								.replace("burst=200", "burst=20"));
				}
				String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
					.map((kind) -> kind + "_temp_path " + directory.resolve(kind) + ";")
					.collect(java.util.stream.Collectors.joining("\n"));
				Path main = Files.writeString(directory.resolve("nginx.conf"), """
						daemon off; master_process off; pid %1$s/pid; error_log stderr;
						events { worker_connections 256; }
						http {
							access_log off;
							%5$s
							include clearview/http.conf;
							set_real_ip_from %4$s;
							upstream gateways { server 127.0.0.1:%3$d; }
							server { listen 127.0.0.1:%2$d; include clearview/site.conf; }
						}
						""".formatted(directory, port, gatewayPort, trusted, temporary));
				return new ProcessBuilder(path(), "-c", main.toString());
			}
		},

		CADDY {
			@Override
			ProcessBuilder start(Path directory, int port, int gatewayPort, String trusted) throws IOException {
				Path file = Files.writeString(directory.resolve("Caddyfile"),
						file("caddy/Caddyfile").replaceFirst("\\{\\n", "{\n\tadmin off\n"));
				ProcessBuilder builder = new ProcessBuilder(path(), "run", "--adapter", "caddyfile", "--config",
						file.toString());
				builder.environment()
					.putAll(Map.of("CLEARVIEW_SITE", "http://127.0.0.1:" + port, "CLEARVIEW_GATEWAYS",
							"127.0.0.1:" + gatewayPort, "CLEARVIEW_TRUSTED", trusted, "CLEARVIEW_TIMEOUT", "4s",
							"XDG_DATA_HOME", directory.toString(), "XDG_CONFIG_HOME", directory.toString()));
				return builder;
			}
		},

		HAPROXY {
			@Override
			ProcessBuilder start(Path directory, int port, int gatewayPort, String trusted) {
				ProcessBuilder builder = new ProcessBuilder(path(), "-db", "-f",
						Project.root().resolve("deploy/edge/haproxy/haproxy.cfg").toString());
				String gateway = "127.0.0.1:" + gatewayPort;
				builder.environment()
					.putAll(Map.of("CLEARVIEW_BIND", "127.0.0.1:" + port, "CLEARVIEW_GATEWAY_1", gateway,
							"CLEARVIEW_GATEWAY_2", gateway, "CLEARVIEW_TRUSTED", trusted, "CLEARVIEW_TIMEOUT", "4s",
							"CLEARVIEW_FLOOD", "20"));
				return builder;
			}
		};

		abstract ProcessBuilder start(Path directory, int port, int gatewayPort, String trusted) throws IOException;

		String path() {
			return Programs.find(command()).orElseThrow().toString();
		}

		String command() {
			return name().toLowerCase(java.util.Locale.ROOT);
		}

		private static String file(String name) throws IOException {
			return Files.readString(Project.root().resolve("deploy/edge").resolve(name));
		}

	}

	record Front(Process process, int port) implements AutoCloseable {

		boolean listens() {
			try (Socket socket = new Socket()) {
				socket.connect(new InetSocketAddress(LOOPBACK, this.port), 1000);
				return true;
			}
			catch (IOException _) {
				return false;
			}
		}

		HttpResponse<String> post(String path, int bytes, String... headers) throws Exception {
			byte[] body = new byte[bytes];
			Arrays.fill(body, (byte) ' ');
			HttpRequest.Builder request = HttpRequest
				.newBuilder(URI.create("http://" + LOOPBACK + ":" + this.port + path))
				.timeout(Duration.ofSeconds(60))
				.header("Origin", "chrome-extension://abcdef")
				.POST(BodyPublishers.ofByteArray(body));
			if (headers.length > 0) {
				request.headers(headers);
			}
			return client.send(request.build(), BodyHandlers.ofString());
		}

		@Override
		public void close() {
			this.process.destroy();
			try {
				if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
					this.process.destroyForcibly();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new UncheckedIOException(new IOException(ex));
			}
		}

	}

}
