package io.clearview.kit.keyring;

/** A key ring without which a service must not start. */
public final class KeyRingException extends RuntimeException {

	KeyRingException(String message) {
		super(message);
	}

}
