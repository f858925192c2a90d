package io.clearview.classifier.batch;

/** The queue to the model is full, or the caller's share of it is. */
public final class BatchRefusedException extends RuntimeException {

	public BatchRefusedException(String message) {
		super(message, null, false, false);
	}

}
