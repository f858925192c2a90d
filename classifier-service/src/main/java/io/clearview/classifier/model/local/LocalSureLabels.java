package io.clearview.classifier.model.local;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.clearview.classifier.model.Label;
import io.clearview.classifier.model.SureLabels;
import org.jspecify.annotations.Nullable;

/** Labels of the local model where its score is far enough from the threshold. */
final class LocalSureLabels implements SureLabels {

	private static final int REMEMBERED_PREFERENCES = 1_000;

	private final LocalJudge judge;

	private final Sureness sureness;

	private final LoadingCache<String, LocalWish> wishes;

	LocalSureLabels(LocalJudge judge, Sureness sureness) {
		this.judge = judge;
		this.sureness = sureness;
		this.wishes = Caffeine.newBuilder()
			.maximumSize(REMEMBERED_PREFERENCES)
			.executor(Runnable::run)
			.build(judge::wish);
	}

	@Override
	public @Nullable Label of(String preference, String post) {
		LocalWish wish = this.wishes.get(preference);
		return wish.understood() ? this.sureness.label(wish.score(this.judge.post(post))) : null;
	}

}
