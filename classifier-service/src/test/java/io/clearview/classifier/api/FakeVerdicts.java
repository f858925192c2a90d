package io.clearview.classifier.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.verdict.JudgeRequest;
import io.clearview.classifier.verdict.Outcome;
import io.clearview.classifier.verdict.Outcome.Reason;
import io.clearview.classifier.verdict.Question;
import io.clearview.classifier.verdict.VerdictKey;
import io.clearview.classifier.verdict.Verdicts;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Verdicts that tests decide. Until told otherwise a post that contains {@code spam} is
 * blocked, and the second time it is asked it is cached.
 */
public final class FakeVerdicts implements Verdicts {

	private final Map<VerdictKey, Label> known = new ConcurrentHashMap<>();

	private volatile Function<Question, Mono<Outcome>> judge = FakeVerdicts::judgeAtOnce;

	private volatile @Nullable Reason refusal;

	/** Judges nothing from now on. */
	public void refusing(Reason reason) {
		this.refusal = reason;
	}

	@Override
	public @Nullable Reason refusal() {
		return this.refusal;
	}

	/** Answers what is not known in another way. */
	public void judging(Function<Question, Mono<Outcome>> judge) {
		this.judge = judge;
	}

	public void reset() {
		this.known.clear();
		this.refusal = null;
		this.judge = FakeVerdicts::judgeAtOnce;
	}

	public static Mono<Outcome> judgeAtOnce(Question question) {
		return Mono.just(new Outcome.Judged(question.content().contains("spam") ? Label.BLOCK : Label.ALLOW,
				Outcome.Source.MODEL, 1_000));
	}

	@Override
	public List<Question> ask(String preference, List<String> contents) {
		return contents.stream()
			.map((content) -> new Question(new VerdictKey(preference.hashCode(), content.hashCode()), preference,
					content.strip()))
			.toList();
	}

	@Override
	public Mono<Known> lookup(List<Question> asked) {
		return Mono.fromSupplier(() -> {
			List<Outcome.@Nullable Judged> found = new ArrayList<>();
			for (Question one : asked) {
				Label label = this.known.get(one.key());
				found.add((label != null) ? new Outcome.Judged(label, Outcome.Source.SHARED_CACHE, 0) : null);
			}
			return new Known(found, false);
		});
	}

	@Override
	public Mono<Void> judge(JudgeRequest request, JudgeRequest.Listener listener) {
		int posts = request.questions().size();
		return Flux.range(0, posts).flatMap((index) -> {
			Question question = request.questions().get(index);
			return this.judge.apply(question).doOnNext((outcome) -> {
				if (outcome instanceof Outcome.Judged judged) {
					this.known.put(question.key(), judged.label());
				}
				listener.judged(index, outcome);
			});
		}, posts).then();
	}

	/** Puts these verdicts in the place of the real ones. */
	public static class Beans {

		@Bean
		@Primary
		FakeVerdicts fakeVerdicts() {
			return new FakeVerdicts();
		}

		@Bean
		@Primary
		Model fakeModel() {
			return new Model() {
				@Override
				public Mono<List<Judgement>> judge(String preference, List<String> posts) {
					return Mono.error(new AssertionError("The model is not asked"));
				}

				@Override
				public String name() {
					return "fake";
				}

				@Override
				public String promptVersion() {
					return "0";
				}
			};
		}

	}

}
