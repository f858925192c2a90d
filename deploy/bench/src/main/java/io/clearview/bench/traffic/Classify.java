package io.clearview.bench.traffic;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.clearview.bench.load.Exchange;
import io.clearview.bench.load.Verification;
import io.clearview.bench.load.Verification.Kind;
import io.clearview.bench.workload.PostStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/** A user has some posts judged. */
final class Classify implements Exchange {

	private static final byte[] HEAD = ascii("POST /classify HTTP/1.1\r\nHost: localhost\r\n"
			+ "Origin: chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh\r\nAccept: */*\r\n"
			+ "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36\r\n"
			+ "Content-Type: application/json\r\n");

	private static final byte[] LENGTH = ascii("Content-Length: ");

	private static final byte[] END = ascii("\r\n\r\n");

	private static final byte[] POSTS = ascii("{\"posts\":[");

	private static final byte[] PREFERENCE = ascii("],\"preference\":\"");

	private static final byte[] TIMESTAMP_AFTER_PREFERENCE = ascii("\",\"timestamp\":1795448837605");

	private static final byte[] TIMESTAMP = ascii("],\"timestamp\":1795448837605");

	private static final byte[] DEADLINE = ascii(",\"deadlineMs\":");

	private static final byte[] NONE = {};

	private final Credential credential;

	private final @Nullable String preference;

	private final String wish;

	private final List<Card> cards;

	private final byte[] deadline;

	/**
	 * Makes a request.
	 * @param preference as it is sent, without characters that JSON escapes; {@code null}
	 * sends none
	 */
	Classify(Credential credential, @Nullable String preference, List<Card> cards) {
		this(credential, preference, cards, null);
	}

	/**
	 * Makes a request that is to be answered in time.
	 * @param deadlineMs as it is sent; {@code null} sends none
	 */
	Classify(Credential credential, @Nullable String preference, List<Card> cards, @Nullable Integer deadlineMs) {
		this.credential = credential;
		this.preference = preference;
		this.wish = PostStream.wish(preference);
		this.cards = cards;
		this.deadline = (deadlineMs != null) ? ascii(deadlineMs.toString()) : NONE;
	}

	@Override
	public void writeTo(ByteBuf out) {
		out.writeBytes(HEAD).writeBytes(this.credential.headers()).writeBytes(LENGTH);
		ByteBufUtil.writeAscii(out, Integer.toString(length()));
		out.writeBytes(END).writeBytes(POSTS);
		for (int i = 0; i < this.cards.size(); i++) {
			if (i > 0) {
				out.writeByte(',');
			}
			out.writeBytes(this.cards.get(i).json());
		}
		if (this.preference != null) {
			out.writeBytes(PREFERENCE);
			ByteBufUtil.writeAscii(out, this.preference);
			out.writeBytes(TIMESTAMP_AFTER_PREFERENCE);
		}
		else {
			out.writeBytes(TIMESTAMP);
		}
		if (this.deadline != NONE) {
			out.writeBytes(DEADLINE).writeBytes(this.deadline);
		}
		out.writeByte('}');
	}

	private int length() {
		int length = POSTS.length + this.cards.size();
		if (this.deadline != NONE) {
			length += DEADLINE.length + this.deadline.length;
		}
		for (Card card : this.cards) {
			length += card.json().length;
		}
		return length + ((this.preference != null)
				? PREFERENCE.length + this.preference.length() + TIMESTAMP_AFTER_PREFERENCE.length : TIMESTAMP.length);
	}

	@Override
	public Verification verify(int status, ByteBuf body) {
		return switch (status) {
			case 200 -> AnswerCheck.verify(body, this.wish, this.cards);
			case 429 -> Verification.of(Kind.REFUSED);
			default -> Verification.of(Kind.ERROR);
		};
	}

	static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
