package io.clearview.classifier.model.local;

import java.util.ArrayList;
import java.util.List;

import io.clearview.classifier.model.DelegatingModel;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.SureLabels;
import io.micrometer.core.instrument.Counter;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks a provider only for posts that the local model is not sure of. Where the provider
 * fails, the posts that it was asked for carry the fault and the others their label.
 */
final class CascadeModel extends DelegatingModel {

	private final SureLabels local;

	private final String version;

	private final Scheduler scheduler;

	private final Counter saved;

	/**
	 * Creates a cascade.
	 * @param version of {@code local}: part of the key of every verdict
	 * @param scheduler of threads that may compute
	 * @param saved counts posts that the provider is not asked for
	 */
	CascadeModel(Model provider, SureLabels local, String version, Scheduler scheduler, Counter saved) {
		super(provider);
		this.local = local;
		this.version = version;
		this.scheduler = scheduler;
		this.saved = saved;
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return Mono.fromCallable(() -> split(preference, posts))
			.subscribeOn(this.scheduler)
			.flatMap((split) -> asked(preference, split));
	}

	/** The labels that the local model is sure of. */
	@Override
	public Mono<List<Judgement>> judgeWithoutCall(String preference, List<String> posts) {
		return Mono.fromCallable(() -> split(preference, posts).sure())
			.subscribeOn(this.scheduler)
			.onErrorReturn(List.of());
	}

	private Split split(String preference, List<String> posts) {
		List<Judgement> sure = new ArrayList<>();
		List<Integer> places = new ArrayList<>();
		List<String> rest = new ArrayList<>();
		for (int i = 0; i < posts.size(); i++) {
			Label label = this.local.of(preference, posts.get(i));
			if (label != null) {
				sure.add(new Judgement(i, label, 0));
			}
			else {
				places.add(i);
				rest.add(posts.get(i));
			}
		}
		this.saved.increment(sure.size());
		return new Split(sure, places, rest);
	}

	private Mono<List<Judgement>> asked(String preference, Split split) {
		if (split.rest().isEmpty()) {
			return Mono.just(split.sure());
		}
		Mono<List<Judgement>> asked = super.judge(preference, split.rest());
		if (split.sure().isEmpty()) {
			return asked;
		}
		return asked.map((judgements) -> {
			List<Judgement> all = new ArrayList<>(split.sure());
			for (Judgement judgement : judgements) {
				all.add(judgement.at(split.places().get(judgement.index())));
			}
			return all;
		}).onErrorResume(ModelException.class, (fault) -> {
			List<Judgement> all = new ArrayList<>(split.sure());
			split.places().forEach((place) -> all.add(Judgement.failed(place, fault.fault())));
			return Mono.just(all);
		});
	}

	@Override
	public String name() {
		return super.name() + "+" + LocalModel.NAME;
	}

	@Override
	public String promptVersion() {
		return super.promptVersion() + "+" + this.version;
	}

	/**
	 * Posts of one call.
	 *
	 * @param sure labels that need no provider
	 * @param places of {@code rest} among all posts
	 * @param rest what the provider is asked for
	 */
	private record Split(List<Judgement> sure, List<Integer> places, List<String> rest) {
	}

}
