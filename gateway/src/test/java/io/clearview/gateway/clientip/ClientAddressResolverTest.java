package io.clearview.gateway.clientip;

import java.net.InetSocketAddress;
import java.util.Arrays;

import io.clearview.gateway.context.ClientAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;

class ClientAddressResolverTest {

	private static final String SOCKET = "203.0.113.7";

	@Test
	void headerChangesNothingWithoutTrustedProxies() {
		assertThat(limitKey(0, "198.51.100.1")).isEqualTo(SOCKET);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			1 | 198.51.100.1                               | 198.51.100.1
			1 | 6.6.6.6, 198.51.100.1                      | 198.51.100.1
			1 | 6.6.6.6 ,, , 198.51.100.1                  | 198.51.100.1
			2 | 6.6.6.6, 198.51.100.1, 10.0.0.1            | 198.51.100.1
			1 | 198.51.100.1:4711                          | 198.51.100.1
			1 | [2001:db8:1:2:3:4:5:6]:4711                | 2001:db8:1:2::/64
			1 | 2001:db8:1:2:3:4:5:6                       | 2001:db8:1:2::/64
			1 | ::ffff:198.51.100.1                        | 198.51.100.1
			""")
	void countsFromTheRight(int proxies, String header, String key) {
		assertThat(limitKey(proxies, header)).isEqualTo(key);
	}

	@Test
	void countsOverAllLinesOfTheHeader() {
		assertThat(limitKey(2, "6.6.6.6, 198.51.100.1", "10.0.0.1")).isEqualTo("198.51.100.1");
		assertThat(limitKey(3, "6.6.6.6, 198.51.100.1", "10.0.0.1")).isEqualTo("6.6.6.6");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",", "unknown", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4, example.org",
			"[", "[::1", ":80", "01.2.3.4x", "::g", "%", "1.2.3.4\u0000" })
	void garbageCountsAsTheSocket(String header) {
		assertThat(limitKey(1, header)).isEqualTo(SOCKET);
	}

	@Test
	void tooFewEntriesCountAsTheSocket() {
		assertThat(limitKey(2, "198.51.100.1")).isEqualTo(SOCKET);
		assertThat(limitKey(1)).isEqualTo(SOCKET);
	}

	@Test
	void oneSubscriberOfIpv6IsOneKey() {
		assertThat(limitKey(1, "2001:db8::1")).isEqualTo(limitKey(1, "2001:db8::ffff:1"))
			.isNotEqualTo(limitKey(1, "2001:db8:0:1::1"));
	}

	@Test
	void networkIsTheNeighbourhood() {
		assertThat(resolve(1, "198.51.100.77").network()).isEqualTo("198.51.100.0/24");
		assertThat(resolve(1, "2001:db8:1:2:3:4:5:6").network()).isEqualTo("2001:db8:1:2::/64");
	}

	@Test
	void staysTheSameWhenHeadersAreStripped() {
		ClientAddressResolver resolver = new ClientAddressResolver(new ClientIpProperties(1));
		ServerWebExchange exchange = MockServerWebExchange.from(request("198.51.100.1"));
		ClientAddress before = resolver.resolve(exchange);
		ServerWebExchange stripped = exchange.mutate()
			.request((request) -> request.headers((headers) -> headers.remove("X-Forwarded-For")))
			.build();
		assertThat(resolver.resolve(stripped)).isEqualTo(before);
	}

	private static String limitKey(int proxies, String... lines) {
		return resolve(proxies, lines).limitKey();
	}

	private static ClientAddress resolve(int proxies, String... lines) {
		return new ClientAddressResolver(new ClientIpProperties(proxies)).resolve(request(lines));
	}

	private static MockServerHttpRequest request(String... lines) {
		MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.get("/")
			.remoteAddress(new InetSocketAddress(SOCKET, 1234));
		Arrays.stream(lines).forEach((line) -> request.header("X-Forwarded-For", line));
		return request.build();
	}

}
