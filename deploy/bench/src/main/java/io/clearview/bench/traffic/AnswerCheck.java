package io.clearview.bench.traffic;

import java.util.List;

import io.clearview.bench.load.Verification;
import io.clearview.bench.load.Verification.Kind;
import io.clearview.bench.workload.Post;
import io.clearview.bench.workload.Truth;
import io.netty.buffer.ByteBuf;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Compares an answer of {@code /classify} with the truth. */
final class AnswerCheck {

	private static final JsonFactory JSON = new JsonFactory();

	private final String wish;

	private final List<Card> cards;

	private int answered;

	private int cached;

	private int failedOpen;

	private boolean right = true;

	private AnswerCheck(String wish, List<Card> cards) {
		this.wish = wish;
		this.cards = cards;
	}

	/** One entry a post, in their order, each rightly labelled or failed open. */
	static Verification verify(ByteBuf body, String wish, List<Card> cards) {
		AnswerCheck answers = new AnswerCheck(wish, cards);
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body.array(),
				body.arrayOffset() + body.readerIndex(), body.readableBytes())) {
			answers.read(parser);
		}
		catch (JacksonException ex) {
			return Verification.of(Kind.WRONG);
		}
		boolean right = answers.right && answers.answered == cards.size();
		return new Verification(right ? Kind.RIGHT : Kind.WRONG, answers.answered, answers.cached, answers.failedOpen);
	}

	private void read(JsonParser parser) {
		parser.nextToken();
		for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
			boolean classifications = parser.currentName().equals("classifications");
			parser.nextToken();
			if (classifications && parser.currentToken() == JsonToken.START_ARRAY) {
				while (parser.nextToken() == JsonToken.START_OBJECT) {
					entry(parser);
				}
			}
			else {
				parser.skipChildren();
			}
		}
	}

	private void entry(JsonParser parser) {
		String hash = "";
		boolean blocked = false;
		boolean open = false;
		for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
			String name = parser.currentName();
			JsonToken value = parser.nextToken();
			switch (name) {
				case "hash" -> hash = parser.getString();
				case "label" -> {
					blocked = parser.getString().equals("BLOCK");
					this.right &= blocked || parser.getString().equals("ALLOW");
				}
				case "cached" -> this.cached += (value == JsonToken.VALUE_TRUE) ? 1 : 0;
				case "failedOpen", "pending" -> open |= value == JsonToken.VALUE_TRUE;
				default -> parser.skipChildren();
			}
		}
		if (this.answered >= this.cards.size()) {
			this.right = false;
			return;
		}
		Post post = this.cards.get(this.answered++).post();
		this.failedOpen += open ? 1 : 0;
		this.right &= hash.equals(post.hash())
				&& (open ? !blocked : blocked == Truth.blocks(this.wish, post.content()));
	}

}
