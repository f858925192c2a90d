package io.clearview.classifier.model;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Judges posts by a preference written in plain words. */
public interface Model {

	/**
	 * Asks for the labels of {@code posts}. Emits at most one judgement a post, in any
	 * order; a post that has none was not judged and may be asked again, one whose
	 * judgement is a {@link Fault} may not. Errors only with {@link ModelException}.
	 * Cancelling stops the call.
	 * @param preference what the user wants hidden, canonical and never blank
	 * @param posts what is judged, 1 to 50 texts, none blank
	 */
	Mono<List<Judgement>> judge(String preference, List<String> posts);

	/**
	 * Those labels that take no call to anywhere and cost nothing, for when no call can
	 * be made. Emits at most one judgement a post, none of them a {@link Fault}, and
	 * never errors.
	 * @param preference as in {@link #judge}
	 * @param posts as in {@link #judge}
	 */
	default Mono<List<Judgement>> judgeWithoutCall(String preference, List<String> posts) {
		return Mono.just(List.of());
	}

	/**
	 * Why the model would reject any call at the moment, known without making one; null
	 * if it may accept one. Quick: it is asked for every request.
	 */
	default @Nullable Fault refusal() {
		return null;
	}

	/** A request did without a call because of {@link #refusal()}. */
	default void spared(Fault refusal) {
	}

	/**
	 * Whether the model can tell what {@code preference} asks for, all of it. If not, its
	 * user is told so. Quick, and without a call to anywhere.
	 * @param preference as the user wrote it
	 */
	default boolean understands(String preference) {
		return true;
	}

	/** Name of the model: provenance of its answers and part of every verdict's key. */
	String name();

	/** Version of the prompt: a new one never reads verdicts of an old one. */
	String promptVersion();

}
