package io.clearview.bench.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.clearview.bench.load.Verification;
import io.clearview.bench.load.Verification.Kind;
import io.clearview.bench.workload.PostStream;
import io.clearview.bench.workload.Shape;
import io.clearview.bench.workload.Truth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ClassifyTest {

	private static final String WISH = "Block spam";

	private final PostStream feed = new PostStream(Shape.day(), 7);

	private final List<Card> cards = IntStream.range(0, 4).mapToObj((i) -> Card.of(this.feed.post(i, 0))).toList();

	private final Classify classify = new Classify(() -> Classify.ascii("Authorization: Bearer x\r\n"), WISH,
			this.cards);

	@Test
	void isAWholeRequestOfTheLengthItSays() {
		ByteBuf out = Unpooled.buffer();
		this.classify.writeTo(out);
		String[] parts = out.toString(StandardCharsets.UTF_8).split("\r\n\r\n", 2);
		assertThat(parts[0]).startsWith("POST /classify HTTP/1.1\r\n")
			.contains("\r\nAuthorization: Bearer x\r\n")
			.contains("\r\nContent-Length: " + parts[1].length());
		JsonNode body = JsonMapper.shared().readTree(parts[1]);
		assertThat(body.get("preference").asString()).isEqualTo(WISH);
		assertThat(body.get("posts").size()).isEqualTo(4);
		assertThat(body.at("/posts/3/content").asString()).isEqualTo(this.feed.post(3, 0).content());
	}

	@Test
	void saysWhenItsAnswerIsDue() {
		ByteBuf out = Unpooled.buffer();
		new Classify(() -> Classify.ascii("Authorization: Bearer x\r\n"), null, this.cards, 150).writeTo(out);
		String[] parts = out.toString(StandardCharsets.UTF_8).split("\r\n\r\n", 2);
		assertThat(parts[0]).contains("\r\nContent-Length: " + parts[1].length());
		assertThat(JsonMapper.shared().readTree(parts[1]).get("deadlineMs").asInt()).isEqualTo(150);
	}

	@Test
	void acceptsTheTruth() {
		assertThat(verify(answer(0, 1, 2, 3))).isEqualTo(new Verification(Kind.RIGHT, 4, 4, 0));
	}

	@Test
	void acceptsWhatFailedOpenAndCountsIt() {
		String open = answer(0, 1, 2, 3).replaceFirst("\"label\":\"\\w+\"", "\"label\":\"ALLOW\",\"failedOpen\":true");
		assertThat(verify(open)).isEqualTo(new Verification(Kind.RIGHT, 4, 4, 1));
	}

	@Test
	void refusesAWrongLabel() {
		String right = answer(0, 1, 2, 3);
		String wrong = right.contains("ALLOW") ? right.replaceFirst("ALLOW", "BLOCK")
				: right.replaceFirst("BLOCK", "ALLOW");
		assertThat(verify(wrong).kind()).isEqualTo(Kind.WRONG);
	}

	@Test
	void refusesAMissingAnAdditionalAndAMovedEntry() {
		assertThat(verify(answer(0, 1, 2)).kind()).isEqualTo(Kind.WRONG);
		assertThat(verify(answer(0, 1, 2, 3, 3)).kind()).isEqualTo(Kind.WRONG);
		assertThat(verify(answer(1, 0, 2, 3)).kind()).isEqualTo(Kind.WRONG);
	}

	@Test
	void refusesWhatIsNoAnswer() {
		assertThat(verify("{").kind()).isEqualTo(Kind.WRONG);
		assertThat(verify("").kind()).isEqualTo(Kind.WRONG);
		assertThat(this.classify.verify(429, Unpooled.EMPTY_BUFFER).kind()).isEqualTo(Kind.REFUSED);
		assertThat(this.classify.verify(503, Unpooled.EMPTY_BUFFER).kind()).isEqualTo(Kind.ERROR);
	}

	private Verification verify(String body) {
		return this.classify.verify(200, Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.UTF_8)));
	}

	private String answer(int... order) {
		return IntStream.of(order)
			.mapToObj((i) -> this.cards.get(i).post())
			.map((post) -> "{\"hash\":\"%s\",\"label\":\"%s\",\"cached\":true,\"x\":{\"y\":[1]}}".formatted(post.hash(),
					Truth.blocks(WISH, post.content()) ? "BLOCK" : "ALLOW"))
			.collect(Collectors.joining(",", "{\"success\":true,\"stats\":{\"total\":4},\"classifications\":[", "]}"));
	}

}
