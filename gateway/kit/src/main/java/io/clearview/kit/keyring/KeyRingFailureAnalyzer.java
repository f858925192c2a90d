package io.clearview.kit.keyring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one line which directory of keys is missing, instead of a stack trace. */
final class KeyRingFailureAnalyzer extends AbstractFailureAnalyzer<KeyRingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, KeyRingException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Put a file <id>.key with the lines created=<ISO instant>, active=true and "
						+ "secret=<base64 of 32 bytes or more> into that directory.",
				cause);
	}

}
