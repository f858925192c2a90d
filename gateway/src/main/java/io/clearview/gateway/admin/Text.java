package io.clearview.gateway.admin;

/** Text from strangers, made fit for a log and a terminal. */
final class Text {

	private static final int LONGEST = 200;

	private Text() {
	}

	/** Printable ASCII only, cut. */
	static String printable(String text) {
		String cut = (text.length() > LONGEST) ? text.substring(0, LONGEST) + "..." : text;
		return cut.replaceAll("[^\\x20-\\x7e]", "?");
	}

}
