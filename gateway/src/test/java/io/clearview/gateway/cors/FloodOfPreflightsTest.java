package io.clearview.gateway.cors;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

import io.clearview.gateway.testing.Gateway;
import io.clearview.gateway.testing.Gateway.Answer;
import io.clearview.kit.testing.TestRedis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What browsers send is counted by the flood guard like everything else. */
class FloodOfPreflightsTest {

	private static final int FLOOD = 20;

	private static final String EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop";

	@RegisterExtension
	static final TestRedis redis = new TestRedis();

	private static Gateway gateway;

	@BeforeAll
	static void start() {
		gateway = Gateway.start(redis.url(), "http://127.0.0.1:1", "clearview.limits.flood=" + FLOOD);
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void countsPreflights() {
		Answer limited = limitedOf(EXTENSION, true);
		assertThat(limited.header("Access-Control-Allow-Origin")).isEqualTo(EXTENSION);
		assertThat(limited.header("Retry-After")).isNotEmpty();
	}

	@Test
	void countsForeignOrigins() {
		assertThat(limitedOf("https://evil.example", false).header("Access-Control-Allow-Origin")).isEmpty();
		assertThat(limitedOf("://", false).header("Access-Control-Allow-Origin")).isEmpty();
	}

	@Test
	void letsAPageOfAnAllowedOriginReadThatItIsLimited() {
		Answer limited = limitedOf(EXTENSION, false);
		assertThat(limited.header("Access-Control-Allow-Origin")).isEqualTo(EXTENSION);
		assertThat(limited.header("Access-Control-Expose-Headers")).contains("Retry-After");
	}

	/** Floods from one address until it is limited. */
	private static Answer limitedOf(String origin, boolean preflight) {
		String address = Gateway.newAddress();
		for (int i = 0; i < 100 * FLOOD; i++) {
			HttpRequest.Builder request = gateway.request("/classify", address).header("Origin", origin);
			if (preflight) {
				request.header("Access-Control-Request-Method", "POST").method("OPTIONS", BodyPublishers.noBody());
			}
			Answer answer = gateway.send(request);
			if (answer.status() == 429) {
				return answer;
			}
		}
		throw new AssertionError("Never limited");
	}

}
