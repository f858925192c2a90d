package io.clearview.classifier.api;

import java.util.Arrays;
import java.util.List;

import io.clearview.classifier.verdict.Outcome;
import io.clearview.classifier.verdict.Outcome.FailedOpen;
import io.clearview.classifier.verdict.Outcome.Judged;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Question;
import io.clearview.classifier.verdict.VerdictKey;
import io.clearview.classifier.verdict.Verdicts;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Stands in while there is nobody to judge. */
final class NoVerdicts implements Verdicts {

	@Override
	public List<Asked> ask(String preference, List<String> contents) {
		return contents.stream().map((content) -> new Asked(new VerdictKey(0, 0), preference, content)).toList();
	}

	@Override
	public Mono<List<@Nullable Judged>> lookup(List<Asked> asked) {
		return Mono.just(Arrays.asList(new Judged[asked.size()]));
	}

	@Override
	public Mono<Outcome> judge(Question question) {
		return Mono.just(new FailedOpen(Reason.MODEL_UNAVAILABLE));
	}

}
