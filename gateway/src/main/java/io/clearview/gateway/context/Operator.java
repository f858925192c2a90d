package io.clearview.gateway.context;

/**
 * Who signed an administrative request, its body included.
 *
 * @param keyId the name of the key
 */
public record Operator(String keyId) {

	/** As the audit trail names it. */
	public String who() {
		return "key:" + this.keyId;
	}

}
