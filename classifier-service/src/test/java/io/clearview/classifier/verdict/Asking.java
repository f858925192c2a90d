package io.clearview.classifier.verdict;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import reactor.core.publisher.Mono;

/** Asks for one verdict, or for several, as a request does. */
final class Asking {

	private Asking() {
	}

	/** The outcome of a request of one post. */
	static Mono<Outcome> one(Verdicts verdicts, JudgeRequest request) {
		return Mono.defer(() -> {
			AtomicReference<Outcome> outcome = new AtomicReference<>();
			return verdicts.judge(request, (_, judged) -> outcome.set(judged)).then(Mono.fromSupplier(outcome::get));
		});
	}

	/** The outcomes of a request, in its order. */
	static Mono<List<Outcome>> all(Verdicts verdicts, JudgeRequest request) {
		return Mono.defer(() -> {
			Outcome[] outcomes = new Outcome[request.questions().size()];
			return verdicts.judge(request, (index, judged) -> outcomes[index] = judged)
				.then(Mono.fromSupplier(() -> List.of(outcomes)));
		});
	}

}
