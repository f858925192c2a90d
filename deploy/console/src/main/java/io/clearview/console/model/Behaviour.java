package io.clearview.console.model;

/** How the stand-in model answers. */
public enum Behaviour {

	/** Rightly, after a few milliseconds. */
	SOUND,

	/** Rightly, but later than anybody waits. */
	SLOW,

	/** With 429, asking to come back later. */
	REFUSE,

	/** With 500. */
	FAIL,

	/** With text that is no answer. */
	NONSENSE

}
