package io.clearview.classifier.model.openai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

import io.clearview.classifier.model.TokenEstimate;
import io.clearview.classifier.model.guard.TokenUsage;
import org.springframework.core.io.ClassPathResource;

/**
 * What the model is told. The instructions are the same for every call. The message holds
 * preference and posts, each between tags with a code that nobody who wrote a post can
 * know, and none of them can have a tag of its own ({@link PromptText}).
 */
final class Prompt {

	/** Of the tags around a post. */
	private static final int TOKENS_A_POST = 40;

	/** Of the tags around the preference, and of what providers add. */
	private static final int TOKENS_A_CALL = 60;

	/** Of an entry in the answer, with room for white space. */
	private static final int ANSWER_TOKENS_A_POST = 16;

	private static final int ANSWER_TOKENS = 32;

	private final String instructions;

	private final String version;

	private final long instructionTokens;

	private final Supplier<String> codes;

	/**
	 * Creates a prompt.
	 * @param codes a new one for each call, of letters and digits, that cannot be guessed
	 */
	Prompt(Supplier<String> codes) {
		this.codes = codes;
		try {
			this.instructions = new ClassPathResource("prompt/labels.txt").getContentAsString(StandardCharsets.UTF_8);
			byte[] digest = MessageDigest.getInstance("SHA-256")
				.digest(this.instructions.getBytes(StandardCharsets.UTF_8));
			this.version = "2-" + HexFormat.of().formatHex(digest, 0, 4);
			this.instructionTokens = TokenEstimate.estimate(this.instructions);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The prompt cannot be read", ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Changes whenever the instructions do, and with its first number when answers are
	 * read differently.
	 */
	String version() {
		return this.version;
	}

	/** The part that is the same for every call. */
	String instructions() {
		return this.instructions;
	}

	/** The part that is data: post i of the list is number i + 1. */
	String message(String preference, List<String> posts) {
		String code = this.codes.get();
		StringBuilder message = new StringBuilder(1_000);
		append(message, "preference", code, preference);
		for (int i = 0; i < posts.size(); i++) {
			append(message, "post " + (i + 1), code, posts.get(i));
		}
		return message.toString();
	}

	private static void append(StringBuilder message, String tag, String code, String text) {
		message.append('<').append(tag).append(' ').append(code).append(">\n");
		message.append(PromptText.of(text).replace(code, "…"));
		message.append("\n</").append(tag).append(' ').append(code).append(">\n");
	}

	/** What a call would take. */
	TokenUsage estimate(String preference, List<String> posts) {
		long tokens = this.instructionTokens + TOKENS_A_CALL + TokenEstimate.estimate(preference);
		for (String post : posts) {
			tokens += TOKENS_A_POST + TokenEstimate.estimate(post);
		}
		return new TokenUsage(tokens, 0, ANSWER_TOKENS + (long) ANSWER_TOKENS_A_POST * posts.size());
	}

	/** The answer is cut here: twice of what it should take. */
	static long mostAnswerTokens(int posts) {
		return 2L * (ANSWER_TOKENS + ANSWER_TOKENS_A_POST * posts);
	}

}
