package io.clearview.gateway.upstream;

/** No instance of the classifier takes a request. Has no stack trace: it is expected. */
public final class ClassifierUnreachableException extends RuntimeException {

	ClassifierUnreachableException() {
		super("No instance of the classifier takes a request", null, false, false);
	}

}
