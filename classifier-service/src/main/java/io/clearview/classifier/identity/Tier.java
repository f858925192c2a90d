package io.clearview.classifier.identity;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** What an account has paid for. The tier is the account's, never the request's. */
public enum Tier {

	/** The default. */
	FREE,

	PRO,

	ENTERPRISE;

	private final String label = name().toLowerCase(Locale.ROOT);

	/** Its name on the wire, in labels and in logs. */
	public String label() {
		return this.label;
	}

	/** The tier of that name on the wire. Null when there is none. */
	public static @Nullable Tier labelled(@Nullable String label) {
		for (Tier tier : values()) {
			if (tier.label.equals(label)) {
				return tier;
			}
		}
		return null;
	}

}
