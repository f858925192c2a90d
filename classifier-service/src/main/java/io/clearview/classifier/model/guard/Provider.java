package io.clearview.classifier.model.guard;

import java.time.Duration;
import java.util.List;

import reactor.core.publisher.Mono;

/** A model as its provider offers it: one try, without guards. */
public interface Provider {

	/**
	 * Asks once. Errors only with {@link ProviderException}. Cancelling ends the call.
	 * @param preference what the user wants hidden
	 * @param posts what is judged
	 */
	Mono<ProviderResponse> ask(String preference, List<String> posts);

	/**
	 * How long every API key still cools down, so that a call would not be sent; zero if
	 * one does not.
	 */
	default Duration cooldown() {
		return Duration.ZERO;
	}

	/** How many tokens a call would take, rather too many than too few. */
	TokenUsage estimate(String preference, List<String> posts);

	/** What that many tokens cost, in billionths of a US dollar. */
	long costNanos(TokenUsage usage);

	/** Name of the model. */
	String name();

	/** Version of the prompt. */
	String promptVersion();

}
