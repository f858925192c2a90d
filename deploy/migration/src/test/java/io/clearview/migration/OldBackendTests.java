package io.clearview.migration;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;

import io.clearview.e2e.client.Extension;
import io.clearview.e2e.client.JsonResponse;
import io.clearview.e2e.client.Post;
import io.clearview.e2e.client.PostResult;
import io.clearview.migration.OldAccount.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static org.assertj.core.api.Assertions.assertThat;

/** The stand-in answers as the old backend did, its faults included. */
class OldBackendTests {

	private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

	private OldBackend backend;

	private Extension extension;

	@BeforeEach
	void start() throws IOException {
		this.backend = new OldBackend((post) -> post.contains("spam"), new Limits(100, 50),
				Clock.fixed(NOON, ZoneOffset.UTC));
		this.extension = new Extension("http://127.0.0.1:" + this.backend.port());
	}

	@AfterEach
	void stop() {
		this.extension.close();
		this.backend.close();
	}

	@Test
	void labelsEachPostByIndexAndCountsIt() throws IOException {
		String token = this.backend.enrol();
		JsonResponse answer = this.extension.classify(token, null, List.of(Post.of("spam"), Post.of("news")));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.verdicts()).extracting(PostResult::label).containsExactly("BLOCK", "ALLOW");
		assertThat(this.extension.quota(token).at("/quota/daily/used")).isEqualTo("2");
	}

	@Test
	void decidesByTheClientsHashWhatItDecidedBefore() throws IOException {
		String token = this.backend.enrol();
		this.extension.classify(token, null, List.of(new Post("post_1", "spam")));
		assertThat(this.extension.classify(token, null, List.of(new Post("post_1", "news"))).verdicts())
			.extracting(PostResult::label)
			.containsExactly("BLOCK");
	}

	@Test
	void refusesAWholeBatchThatIsMoreThanWhatIsLeft() throws IOException {
		String token = this.backend.enrol();
		assertThat(this.extension.classify(token, null, posts(45)).status()).isEqualTo(200);
		JsonResponse refused = this.extension.classify(token, null, posts(6));
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.at("/error")).isEqualTo("BURST_LIMIT_EXCEEDED");
		assertThat(this.extension.classify(token, null, posts(5)).status()).isEqualTo(200);
	}

	@Test
	void believesTheTierInTheBody() throws IOException {
		String token = this.backend.enrol();
		this.extension.classify(token, null, posts(50));
		assertThat(this.extension.post(token, ofString("""
				{"tier":"pro","posts":[{"hash":"post_1","content":"news"}]}""")).status()).isEqualTo(200);
	}

	@Test
	void givesFiveTokensToAllUsersOfABrowser() throws IOException {
		for (int i = 0; i < OldBackend.ACCOUNTS_A_FINGERPRINT; i++) {
			JsonResponse answer = signUp("Browser/1");
			assertThat(answer.status()).isEqualTo(201);
			assertThat(answer.at("/token")).matches("Bearer [0-9a-f]{64}");
			assertThat(this.extension.quota(answer.at("/token")).status()).isEqualTo(200);
		}
		assertThat(signUp("Browser/1").status()).isEqualTo(429);
		assertThat(signUp("Browser/2").status()).isEqualTo(201);
	}

	@Test
	void losesTokensAndCountsInARestart() throws IOException {
		String token = this.backend.enrol();
		this.backend.restart();
		JsonResponse answer = this.extension.classify(token, null, posts(1));
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.at("/message")).isEqualTo("INVALID_TOKEN");
	}

	@Test
	void countsADayAndAMinuteApart() {
		OldAccount account = new OldAccount();
		Limits limits = new Limits(100, 50);
		account.count(50, NOON);
		assertThat(account.refusal(limits, 1, NOON.plusSeconds(59))).isEqualTo("BURST_LIMIT_EXCEEDED");
		assertThat(account.refusal(limits, 50, NOON.plusSeconds(60))).isEmpty();
		account.count(50, NOON.plusSeconds(60));
		assertThat(account.refusal(limits, 1, NOON.plusSeconds(3600))).isEqualTo("QUOTA_EXCEEDED");
		assertThat(account.refusal(limits, 1, NOON.plusSeconds(12 * 3600))).isEmpty();
	}

	private JsonResponse signUp(String browser) throws IOException {
		return this.extension.send(this.extension.request("/auth").header("User-Agent", browser).POST(noBody()));
	}

	private static List<Post> posts(int count) {
		return IntStream.range(0, count).mapToObj((number) -> Post.of("news number " + number)).toList();
	}

}
