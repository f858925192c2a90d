package io.clearview.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.clearview.classifier.model.local.Embeddings;
import io.clearview.classifier.model.local.Features;
import io.clearview.classifier.model.local.Fingerprint;
import io.clearview.classifier.model.local.Head;
import io.clearview.classifier.model.local.Pieces;
import io.clearview.classifier.model.local.Relatedness;
import io.clearview.classifier.model.local.TextReader;
import io.clearview.classifier.model.local.Weights;
import io.clearview.training.Dataset.Labelled;
import io.clearview.training.HeadTrainer.Sample;

/**
 * Makes weights of an encoder's pieces and labelled posts. Equal input and seed give
 * equal weights.
 */
final class Training {

	private static final int DIMENSIONS = 256;

	private static final int DROPPED = 2;

	private static final double WHITENING = 0.35;

	private static final double RARITY = 0.0005;

	private static final int BACKGROUND = 400;

	/** One in so many posts of other tasks is an example of what a head must not hide. */
	private static final int OTHERS = 6;

	/** Share of the posts of other tasks that a head may hide. */
	private static final double OTHERS_HIDDEN = 0.045;

	/** How often a post of our own writing counts. */
	private static final int OWN = 5;

	/**
	 * Weights of z-score, best word, second word and length; the last one is set here.
	 */
	private static final float[] RELATEDNESS = { 1, 0.5f, 0.5f, -0.5f, 0 };

	/** Share of all posts that may be related to any one of the probes. */
	private static final double RELATED = 0.975;

	/** Wishes of no task, which the threshold of relatedness is set with. */
	private static final List<String> PROBES = List.of("cooking", "video games", "royal family", "cars", "weather",
			"travel", "celebrities", "vaccines", "immigration", "feminism", "taxes", "music", "space exploration",
			"dogs", "fashion", "horoscopes", "movies", "climate change");

	private final List<Labelled> posts;

	private final List<HeadSpec> specs;

	private final int seed;

	private final Weights base;

	private final List<Features> features;

	private final Map<String, List<Features>> own = new LinkedHashMap<>();

	private final Map<List<Object>, Head> fitted = new HashMap<>();

	private final Map<List<Object>, float[]> scored = new HashMap<>();

	Training(EncodedPieces encoded, Dataset data, int seed) throws IOException {
		this.posts = data.posts();
		this.specs = HeadSpec.all();
		this.seed = seed;
		Pieces pieces = new Pieces(encoded.pieces());
		TextReader plain = new TextReader(pieces, new Embeddings(1, new byte[pieces.size()], new float[pieces.size()]));
		byte[] frequencies = Frequencies.of(pieces,
				this.posts.stream().map((post) -> plain.read(post.text()).pieces()).toList());
		Embeddings embeddings = TableBuilder.build(encoded, frequencies, DIMENSIONS, DROPPED, WHITENING, RARITY);
		TextReader reader = new TextReader(pieces, embeddings);
		this.features = this.posts.stream().map((post) -> reader.read(post.text())).toList();
		for (String line : HeadSpec.lines("/training/examples.txt")) {
			String[] columns = line.split("\\s*\\|\\s*", 2);
			this.own.computeIfAbsent(columns[0], (_) -> new ArrayList<>()).add(reader.read(columns[1]));
		}
		Weights draft = new Weights(pieces, embeddings, frequencies, background(), RELATEDNESS, List.of(),
				Fingerprint.of(reader), "");
		float[] relatedness = RELATEDNESS.clone();
		relatedness[RELATEDNESS.length - 1] = -threshold(draft, reader);
		this.base = new Weights(pieces, embeddings, frequencies, draft.background(), relatedness, List.of(),
				draft.fingerprint(), "");
	}

	private byte[] background() {
		Random random = new Random(this.seed);
		byte[] background = new byte[BACKGROUND * DIMENSIONS];
		for (int i = 0; i < BACKGROUND; i++) {
			float[] mean = this.features.get(random.nextInt(this.features.size())).mean();
			for (int k = 0; k < DIMENSIONS; k++) {
				background[i * DIMENSIONS + k] = (byte) Math.round(mean[k] * Byte.MAX_VALUE);
			}
		}
		return background;
	}

	private float threshold(Weights draft, TextReader reader) {
		double[] bars = PROBES.stream().mapToDouble((probe) -> {
			Relatedness relatedness = new Relatedness(reader.read(probe), draft);
			double[] scores = this.features.stream().mapToDouble(relatedness::score).sorted().toArray();
			return scores[(int) (RELATED * scores.length)];
		}).sorted().toArray();
		return (float) bars[bars.length / 2];
	}

	/** All posts, in the order of the file. */
	List<Labelled> posts() {
		return this.posts;
	}

	/**
	 * Weights with all heads, trained on all posts; the thresholds are chosen on the
	 * scores of heads that have not seen the posts they score.
	 */
	Weights all(int folds) throws IOException {
		return with(heads(-1, folds));
	}

	/**
	 * Weights that know nothing of every {@code folds}-th post: neither their heads nor
	 * their thresholds do.
	 * @param fold which, from 0
	 */
	Weights without(int fold, int folds) throws IOException {
		return with(heads(fold, folds));
	}

	private Weights with(List<Head> heads) throws IOException {
		Weights weights = new Weights(this.base.pieces(), this.base.embeddings(), this.base.frequencies(),
				this.base.background(), this.base.relatedness(), heads, this.base.fingerprint(), "");
		return Weights.read(weights.write());
	}

	private List<Head> heads(int fold, int folds) {
		List<Head> heads = new ArrayList<>();
		for (HeadSpec spec : this.specs) {
			heads.add(withThreshold(fit(spec, fold, folds), threshold(spec, fold, folds)));
		}
		return heads;
	}

	private static Head withThreshold(Head head, double threshold) {
		return new Head(head.name(), head.wishes(), head.dense(), head.hashed(), head.scale(), head.bias(),
				(float) threshold);
	}

	private Head fit(HeadSpec spec, int fold, int folds) {
		return this.fitted.computeIfAbsent(List.of(spec.name(), fold, folds), (_) -> fitAnew(spec, fold, folds));
	}

	private Head fitAnew(HeadSpec spec, int fold, int folds) {
		List<Sample> samples = new ArrayList<>();
		for (int i = 0; i < this.posts.size(); i++) {
			if (i % folds == fold) {
				continue;
			}
			Labelled post = this.posts.get(i);
			if (spec.tasks().contains(post.task())) {
				samples.add(new Sample(this.features.get(i), post.hidden()));
			}
			else if (isOther(spec, post) && i % OTHERS == 1) {
				samples.add(new Sample(this.features.get(i), false));
			}
		}
		this.own.forEach((name, texts) -> {
			if (name.equals(spec.name()) || !(related(name, spec.name()))) {
				texts.forEach((text) -> {
					for (int i = 0; i < OWN; i++) {
						samples.add(new Sample(text, name.equals(spec.name())));
					}
				});
			}
		});
		return HeadTrainer.fit(spec.name(), spec.wishes(), samples, this.seed);
	}

	/** Whether a post of another task is surely not about this. */
	private static boolean isOther(HeadSpec spec, Labelled post) {
		boolean people = spec.name().equals("hate") || spec.name().equals("offensive");
		return switch (post.task()) {
			case "spam_sms" -> !post.hidden();
			case "sports_news", "business_news" -> post.hidden() || people || spec.name().equals("spam");
			case "clickbait" -> people || (spec.name().equals("spam") && !post.hidden());
			case "offensive_tweets" -> !post.hidden() && !people && !spec.name().equals("sports");
			case "topic_abortion", "topic_atheism" ->
				spec.name().equals("spam") || spec.name().equals("sports") || spec.name().equals("business");
			default -> false;
		};
	}

	private static boolean related(String one, String other) {
		return (one.equals("hate") && other.equals("offensive")) || (one.equals("offensive") && other.equals("hate"));
	}

	/**
	 * The threshold of a head that keeps the false positives of each task within its
	 * limit, chosen on the posts outside of {@code fold}.
	 */
	private double threshold(HeadSpec spec, int fold, int folds) {
		float[] scores = this.scored.computeIfAbsent(List.of(spec.name(), folds), (_) -> scores(spec, folds));
		double threshold = Double.NEGATIVE_INFINITY;
		for (String task : this.posts.stream().map(Labelled::task).distinct().toList()) {
			boolean own = spec.tasks().contains(task);
			double[] ordinary = IntStream.range(0, scores.length)
				.filter((i) -> i % folds != fold && this.posts.get(i).task().equals(task) && !this.posts.get(i).hidden()
						&& (own || isOther(spec, this.posts.get(i))))
				.mapToDouble((i) -> scores[i])
				.sorted()
				.toArray();
			if (ordinary.length > 0) {
				double share = own ? spec.falsePositives() : OTHERS_HIDDEN;
				threshold = Math.max(threshold, ordinary[(int) ((1 - share) * ordinary.length)]);
			}
		}
		return threshold;
	}

	/** The score of each post by a head that has not seen it. */
	private float[] scores(HeadSpec spec, int folds) {
		float[] scores = new float[this.posts.size()];
		for (int fold = 0; fold < folds; fold++) {
			Head head = fit(spec, fold, folds);
			for (int i = fold; i < scores.length; i += folds) {
				scores[i] = head.score(this.features.get(i));
			}
		}
		return scores;
	}

}
