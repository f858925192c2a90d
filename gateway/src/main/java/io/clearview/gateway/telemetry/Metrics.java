package io.clearview.gateway.telemetry;

/** The name of every metric of the gateway. */
public final class Metrics {

	/** Age of the newest key, seconds. {@code ring}: identity, admin, device. */
	public static final String KEY_AGE = "clearview.key.age";

	private Metrics() {
	}

}
