package io.clearview.classifier.identity;

/** There is no key to verify the gateway's signature with, so nothing can be served. */
final class KeyRingException extends RuntimeException {

	KeyRingException(String message) {
		super(message);
	}

}
