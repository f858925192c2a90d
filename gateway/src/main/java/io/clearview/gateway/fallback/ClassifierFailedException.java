package io.clearview.gateway.fallback;

/**
 * The classifier answered, but with a status that is no answer. Has no stack trace: it is
 * expected.
 */
final class ClassifierFailedException extends RuntimeException {

	ClassifierFailedException(int status) {
		super("The classifier answered with status " + status, null, false, false);
	}

}
