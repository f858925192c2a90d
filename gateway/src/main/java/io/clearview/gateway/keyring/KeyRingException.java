package io.clearview.gateway.keyring;

/** A key ring without which the gateway must not start. */
final class KeyRingException extends RuntimeException {

	KeyRingException(String message) {
		super(message);
	}

}
