package io.clearview.classifier.model.guard;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a provider said of a failure, in words that are safe to log: never a text of a
 * post, a preference or a key.
 *
 * @param status of HTTP, or the one in the body; 0 if there is none
 * @param code of the provider, {@code -} if there is none
 * @param parameter that is wrong, {@code -} if none is named
 * @param finishReason why the answer ended, {@code -} if it does not say
 */
public record Cause(int status, String code, String parameter, String finishReason) {

	/** Names of codes and parameters; anything else may be a text of a user. */
	private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,47}|\\d{1,6}");

	/** Nothing was said. */
	public static final Cause NONE = new Cause(0, "-", "-", "-");

	public Cause {
		code = name(code);
		parameter = name(parameter);
		finishReason = name(finishReason);
	}

	/** No answer came. */
	public static Cause noAnswer(String code) {
		return new Cause(0, code, "-", "-");
	}

	/** An answer that is not whole. */
	public static Cause finish(String finishReason) {
		return new Cause(200, "-", "-", finishReason);
	}

	private static String name(String text) {
		return NAME.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : "-";
	}

	@Override
	public String toString() {
		return "status " + this.status + ", code " + this.code + ", parameter " + this.parameter + ", finish reason "
				+ this.finishReason;
	}

}
