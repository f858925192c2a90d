package io.clearview.gateway.token;

import java.util.Locale;

/**
 * Something happened to an account without an operator. Published as an application
 * event, for the audit trail.
 *
 * @param kind what happened
 * @param device the device's name for today, a keyed hash
 * @param user the account; the one that would have been opened when it was refused
 * @param correlationId the name of the request
 */
public record AccountEvent(Kind kind, String device, String user, String correlationId) {

	/** What happened. */
	public enum Kind {

		/** A new account and token were issued. */
		ISSUED,
		/** An unknown token was adopted as a new account. */
		ADOPTED,
		/** The device had its share of accounts for today. */
		REFUSED_BY_DEVICE_LIMIT;

		/** Its name in the audit trail. */
		public String label() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
