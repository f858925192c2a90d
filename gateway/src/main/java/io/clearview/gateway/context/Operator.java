package io.clearview.gateway.context;

/**
 * Who signed an administrative request.
 *
 * @param keyId the name of the key
 * @param body what was signed
 */
@SuppressWarnings("ArrayRecordComponent")
public record Operator(String keyId, byte[] body) {

	/** As the audit trail names it. */
	public String who() {
		return "key:" + this.keyId;
	}

}
