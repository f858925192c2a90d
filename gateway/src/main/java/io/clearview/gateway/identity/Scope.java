package io.clearview.gateway.identity;

/** What an assertion is good for. */
public enum Scope {

	/** A user's own requests. */
	USER("user"),
	/** An operator's. */
	ADMIN("admin");

	private final String label;

	Scope(String label) {
		this.label = label;
	}

	/** Its name in the assertion. */
	public String label() {
		return this.label;
	}

}
