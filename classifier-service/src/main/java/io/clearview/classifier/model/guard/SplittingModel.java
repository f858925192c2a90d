package io.clearview.classifier.model.guard;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import io.clearview.classifier.model.DelegatingModel;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Fault.Then;
import io.clearview.classifier.model.Judgement;
import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.ModelException;
import io.clearview.classifier.model.OneByOne;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds the posts of a batch that are declined or too long, so that the others are
 * labelled: halves the batch until they stand alone (at most log2 of its size in rounds,
 * twice its size in calls), and remembers them. An answer that is not believed is asked
 * for once more, by halves where there are any, and so are posts that an answer leaves
 * out; posts that fail twice while others of their batch are labelled are taken for
 * declined. If both halves of a small batch are declined, a harmless post tells whether
 * it is the preference. Posts of a user most of whose posts are declined are asked one by
 * one ({@link OneByOne}), and if the first few are declined, the others are not asked.
 */
final class SplittingModel extends DelegatingModel {

	private static final int MOST_AT_A_TIME = 8;

	/** Larger batches are halved to the end, smaller ones fall apart at once. */
	private static final int SMALL = 12;

	/** Parts of so many are asked one by one: halving them takes as many calls. */
	private static final int FEW = 4;

	/** So many of the posts that are asked one by one stand for the others. */
	private static final int SAMPLE = 4;

	private static final String HARMLESS = "Good morning, have a nice day.";

	private final Provider provider;

	private final DeclinedMemory memory;

	private final PromptLimit limit;

	SplittingModel(Model model, Provider provider, LongSupplier nanos) {
		super(model);
		this.provider = provider;
		this.memory = new DeclinedMemory(nanos);
		this.limit = new PromptLimit(nanos);
	}

	@Override
	public Mono<List<Judgement>> judge(String preference, List<String> posts) {
		return Mono.deferContextual((context) -> new Task(preference, posts).run(OneByOne.in(context)));
	}

	/**
	 * Posts that are asked together.
	 *
	 * @param indices of the posts, in rising order
	 * @param again whether they may be asked once more if the answer is not believed
	 * @param left whether an answer left them out before
	 */
	private record Part(List<Integer> indices, boolean again, boolean left) {

		int size() {
			return this.indices.size();
		}

		List<Part> halves(boolean again) {
			int half = size() / 2;
			return List.of(new Part(this.indices.subList(0, half), again, this.left),
					new Part(this.indices.subList(half, size()), again, this.left));
		}

		List<Part> singles() {
			return this.indices.stream().map((index) -> new Part(List.of(index), this.again, this.left)).toList();
		}

	}

	/** One batch, until all of it is labelled or found to fail. */
	private final class Task {

		private final String preference;

		private final List<String> posts;

		private final Map<Integer, Judgement> judgements = new HashMap<>();

		private final Map<Integer, ModelException> failures = new HashMap<>();

		/** Parts whose second answer was not believed either. */
		private final List<Part> doubtful = new ArrayList<>();

		private int asked;

		private int declined;

		/** Parts of several posts that were declined. */
		private int declinedParts;

		Task(String preference, List<String> posts) {
			this.preference = preference;
			this.posts = posts;
		}

		Mono<List<Judgement>> run(boolean oneByOne) {
			if (SplittingModel.this.memory.isDeclined(this.preference)) {
				return Mono.just(IntStream.range(0, this.posts.size())
					.mapToObj((index) -> Judgement.failed(index, Fault.DECLINED_LATELY))
					.toList());
			}
			List<Integer> unknown = new ArrayList<>();
			for (int i = 0; i < this.posts.size(); i++) {
				if (SplittingModel.this.memory.isDeclined(this.preference, this.posts.get(i))) {
					this.judgements.put(i, Judgement.failed(i, Fault.DECLINED_LATELY));
				}
				else {
					unknown.add(i);
				}
			}
			this.asked = unknown.size();
			Part all = new Part(Collections.unmodifiableList(unknown), true, false);
			return (oneByOne ? oneByOne(all.singles()) : round(fitting(all))).then(Mono.defer(this::result));
		}

		/** Asks for each post alone, at first for some of them. */
		private Mono<Void> oneByOne(List<Part> singles) {
			int sample = Math.min(SAMPLE, singles.size());
			List<Part> rest = singles.subList(sample, singles.size());
			return round(singles.subList(0, sample)).then(Mono.defer(() -> {
				if (this.declined < sample) {
					return round(rest);
				}
				rest.forEach((part) -> part.indices()
					.forEach((index) -> this.judgements.put(index, Judgement.failed(index, Fault.DECLINED_LATELY))));
				return Mono.empty();
			}));
		}

		/** Parts that are not longer than is known to fit. */
		private List<Part> fitting(Part part) {
			if (part.size() == 0) {
				return List.of();
			}
			long most = SplittingModel.this.limit.tokens();
			if (part.size() == 1 || most == Long.MAX_VALUE || tokens(part) <= most) {
				return List.of(part);
			}
			return part.halves(part.again()).stream().flatMap((half) -> fitting(half).stream()).toList();
		}

		private Mono<Void> round(List<Part> parts) {
			if (parts.isEmpty()) {
				return Mono.empty();
			}
			return Flux.fromIterable(parts)
				.flatMap((part) -> ask(part), MOST_AT_A_TIME)
				.collectList()
				.flatMap((next) -> {
					List<Part> rest = new ArrayList<>(next.stream().flatMap(List::stream).toList());
					rest.addAll(doubted());
					boolean bothHalves = parts.size() == 2 && this.declinedParts == 3;
					return (bothHalves && this.asked <= SMALL) ? apart(rest) : round(rest);
				});
		}

		/**
		 * What becomes of parts that are in doubt: if others were labelled, the posts are
		 * at fault, else the model.
		 */
		private synchronized List<Part> doubted() {
			List<Part> parts = List.copyOf(this.doubtful);
			this.doubtful.clear();
			if (this.judgements.values().stream().allMatch((judgement) -> judgement.fault() != null)) {
				return List.of();
			}
			List<Part> next = new ArrayList<>();
			for (Part part : parts) {
				part.indices().forEach(this.failures::remove);
				if (part.size() > 1) {
					next.addAll(part.halves(false));
				}
				else {
					declined(part.indices().getFirst(), Fault.DECLINED);
				}
			}
			return next;
		}

		/** Tells a declined preference from many declined posts. */
		private Mono<Void> apart(List<Part> parts) {
			return SplittingModel.super.judge(this.preference, List.of(HARMLESS)).map((_) -> false)
				.onErrorResume(ModelException.class, (failure) -> Mono.just(failure.fault() == Fault.DECLINED))
				.defaultIfEmpty(false)
				.flatMap((whole) -> {
					if (!whole) {
						return round(parts.stream().flatMap((part) -> part.singles().stream()).toList());
					}
					SplittingModel.this.memory.declined(this.preference);
					parts.forEach((part) -> part.indices()
						.forEach((index) -> this.judgements.put(index,
								Judgement.failed(index, Fault.PREFERENCE_DECLINED))));
					return Mono.empty();
				});
		}

		/** Asks for a part and emits what is to be asked next. */
		private Mono<List<Part>> ask(Part part) {
			List<String> texts = part.indices().stream().map(this.posts::get).toList();
			return SplittingModel.super.judge(this.preference, texts).defaultIfEmpty(List.of())
				.map((answers) -> take(part, answers))
				.onErrorResume(ModelException.class, (failure) -> Mono.just(failed(part, failure)));
		}

		private synchronized List<Part> take(Part part, List<Judgement> answers) {
			boolean[] answered = new boolean[part.size()];
			for (Judgement answer : answers) {
				int place = answer.index();
				if (place >= 0 && place < part.size() && !answered[place]) {
					answered[place] = true;
					int index = part.indices().get(place);
					this.judgements.put(index, answer.at(index));
				}
			}
			List<Integer> missing = IntStream.range(0, part.size())
				.filter((place) -> !answered[place])
				.mapToObj((place) -> part.indices().get(place))
				.toList();
			if (part.left()) {
				missing.forEach((index) -> declined(index, Fault.DECLINED));
				return List.of();
			}
			return missing.isEmpty() ? List.of() : List.of(new Part(missing, false, true));
		}

		private synchronized List<Part> failed(Part part, ModelException failure) {
			Fault fault = failure.fault();
			if (fault == Fault.TOO_LONG || fault == Fault.PROMPT_CUT) {
				SplittingModel.this.limit.tooLong(tokens(part));
			}
			if (fault.then() == Then.SPLIT) {
				if (part.size() > 1) {
					this.declinedParts += (fault == Fault.TOO_LONG) ? 0 : 1;
					boolean few = part.size() <= FEW && part.size() < this.asked && fault != Fault.TOO_LONG;
					return few ? part.singles() : part.halves(part.again());
				}
				declined(part.indices().getFirst(), fault);
				return List.of();
			}
			if (fault.then() == Then.ASK_AGAIN && part.again()) {
				return (part.size() > 1) ? part.halves(false) : List.of(new Part(part.indices(), false, part.left()));
			}
			part.indices().forEach((index) -> this.failures.put(index, failure));
			if (fault.then() == Then.ASK_AGAIN) {
				this.doubtful.add(part);
			}
			return List.of();
		}

		private void declined(int index, Fault fault) {
			this.declined++;
			this.judgements.put(index, Judgement.failed(index, fault));
			SplittingModel.this.memory.declined(this.preference, this.posts.get(index));
		}

		private long tokens(Part part) {
			List<String> texts = part.indices().stream().map(this.posts::get).toList();
			return SplittingModel.this.provider.estimate(this.preference, texts).prompt();
		}

		/** The labels, or the failure that all posts have in common. */
		private Mono<List<Judgement>> result() {
			if (this.judgements.isEmpty() && !this.failures.isEmpty()) {
				return Mono.error(this.failures.values().iterator().next());
			}
			this.failures
				.forEach((index, failure) -> this.judgements.put(index, Judgement.failed(index, failure.fault())));
			if (this.posts.size() == 1 && this.judgements.size() == 1) {
				Fault fault = this.judgements.values().iterator().next().fault();
				if (fault != null) {
					return Mono.error(new ModelException(fault, "the post was declined"));
				}
			}
			return Mono.just(List.copyOf(this.judgements.values()));
		}

	}

}
