package io.clearview.gateway.fallback;

/**
 * Too little of a request's time was left for the classifier, for instance because its
 * body arrived slowly. Says nothing about the classifier. Has no stack trace: it is
 * expected.
 */
final class OutOfTimeException extends RuntimeException {

	OutOfTimeException() {
		super("Too little time was left for the classifier", null, false, false);
	}

}
