package io.clearview.classifier.model.openai;

/**
 * Makes a text of users fit to stand in a prompt. What is left has no tags, no markers by
 * which models tell roles apart, nothing invisible and nothing that turns the direction
 * of reading, and can be encoded.
 */
final class PromptText {

	private static final int REPLACEMENT = 0xFFFD;

	private PromptText() {
	}

	static String of(String text) {
		StringBuilder result = new StringBuilder(text.length());
		text.codePoints().forEach((c) -> {
			switch (Character.getType(c)) {
				case Character.FORMAT -> {
				}
				case Character.CONTROL -> result.append((c == '\n' || c == '\t') ? (char) c : ' ');
				case Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE ->
					result.appendCodePoint(REPLACEMENT);
				case Character.NON_SPACING_MARK -> {
					if (!isVariationSelector(c)) {
						result.appendCodePoint(c);
					}
				}
				case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> result.append('\n');
				default -> result.appendCodePoint(plain(c));
			}
		});
		return result.toString();
	}

	/** Tags and role markers are made of brackets: {@code <|im_start|>, </s>, [INST]}. */
	private static int plain(int c) {
		return switch (c) {
			case '<' -> '‹';
			case '>' -> '›';
			case '[' -> '(';
			case ']' -> ')';
			default -> c;
		};
	}

	private static boolean isVariationSelector(int c) {
		return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
	}

}
