package io.clearview.classifier.model;

/** What becomes of a post on the user's screen. */
public enum Label {

	/** Shown. */
	ALLOW,

	/** Hidden. */
	BLOCK

}
