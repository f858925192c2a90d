package io.clearview.classifier.identity;

/** What an account has paid for. The tier is the account's, never the request's. */
public enum Tier {

	/** The default. */
	FREE,

	PRO,

	ENTERPRISE

}
