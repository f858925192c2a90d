package io.clearview.classifier.identity;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one line which directory lacks a key, instead of a stack trace. */
final class KeyRingFailureAnalyzer extends AbstractFailureAnalyzer<KeyRingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, KeyRingException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Give clearview.identity.keys the directory that the gateway signs from: each file <id>.key in it "
						+ "has the lines created=<ISO instant>, active=true and secret=<base64 of 32 bytes or more>.",
				cause);
	}

}
