package io.clearview.console.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may speak to the console. A name that is not this machine's is refused, so
 * that no web site that points its own name here (DNS rebinding) can read anything; what
 * changes something needs a secret that only a page of the console can read, and comes
 * from its own origin.
 */
final class Guard {

	static final String HEADER = "X-ClearView-Console";

	private final Set<String> hosts;

	private final String secret;

	Guard(int port) {
		this.hosts = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
		byte[] bytes = new byte[32];
		new SecureRandom().nextBytes(bytes);
		this.secret = HexFormat.of().formatHex(bytes);
	}

	/** Good until the console ends. */
	String secret() {
		return this.secret;
	}

	/** Why this request may not be answered; null when it may. */
	@Nullable String refusal(HttpExchange exchange) {
		Headers headers = exchange.getRequestHeaders();
		String host = headers.getFirst("Host");
		if (host == null || !this.hosts.contains(host)) {
			return "This console answers to localhost only";
		}
		String site = headers.getFirst("Sec-Fetch-Site");
		boolean page = "navigate".equals(headers.getFirst("Sec-Fetch-Mode"))
				&& "GET".equals(exchange.getRequestMethod());
		if (site != null && !site.equals("same-origin") && !site.equals("none") && !page) {
			return "Another site may not ask this console";
		}
		return null;
	}

	/** Why this request may not change anything; null when it may. */
	@Nullable String refusalOfChange(HttpExchange exchange) {
		Headers headers = exchange.getRequestHeaders();
		String host = headers.getFirst("Host");
		String origin = headers.getFirst("Origin");
		if (origin == null || !origin.equals("http://" + host)) {
			return "Expected the Origin of the console itself";
		}
		String given = headers.getFirst(HEADER);
		if (given == null || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8),
				this.secret.getBytes(StandardCharsets.UTF_8))) {
			return "Expected the secret of this start in " + HEADER + "; reload the page";
		}
		return null;
	}

}
