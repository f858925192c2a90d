package io.clearview.gateway.context;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an account is entitled to. The limits of each are the classifier's. */
public enum Tier {

	FREE, PRO, ENTERPRISE;

	private final String label = name().toLowerCase(Locale.ROOT);

	/** Its name in the contract, in Redis and in assertions. */
	public String label() {
		return this.label;
	}

	/** The tier of that name, empty when there is none. */
	public static Optional<Tier> of(String label) {
		return Arrays.stream(values()).filter((tier) -> tier.label.equals(label)).findFirst();
	}

}
