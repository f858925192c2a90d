package io.clearview.local.stub;

/** How a scripted model answers. */
public enum Behaviour {

	/** Every post, rightly. */
	SOUND,

	/** Rightly, but later than anybody waits. */
	SLOW,

	/** Not at all, on an open connection. */
	SILENT,

	/** With 429, asking to come back later. */
	REFUSE,

	/** With 500. */
	FAIL,

	/** With something that is no JSON. */
	GARBAGE,

	/** With a sentence in place of labels. */
	NONSENSE,

	/** Only every second post; one alone rightly. */
	HALF

}
