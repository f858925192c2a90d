package io.clearview.bench.simulate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.clearview.bench.workload.PostStream;
import io.clearview.classifier.verdict.Verdicts;
import org.jspecify.annotations.Nullable;

/** The texts of a day and the keys of its verdicts, each made once. */
final class Texts {

	private final PostStream feed;

	private final Verdicts naming;

	private final Map<Long, String> contents = new HashMap<>();

	private final Map<Integer, @Nullable String> preferences = new HashMap<>();

	/**
	 * Makes them.
	 * @param naming knows what names a verdict
	 */
	Texts(PostStream feed, Verdicts naming) {
		this.feed = feed;
		this.naming = naming;
	}

	/** As the user sends it; {@code null} if they send none. */
	@Nullable String preference(int user) {
		return this.preferences.computeIfAbsent(user, this.feed::preference);
	}

	/** What the user's preference stands for. */
	String wish(Visit visit) {
		return PostStream.wish(preference(visit.user()));
	}

	/** A post of a visit, as the user sends it. */
	String content(Visit visit, int post) {
		return this.contents.computeIfAbsent(visit.posts()[post] * 64 + visit.copies()[post],
				(_) -> this.feed.post(visit.posts()[post], visit.copies()[post]).content());
	}

	/**
	 * What names the verdict of a post of a visit.
	 * @param canonical the classifier's own key; otherwise the two texts as they are
	 */
	Object key(Visit visit, int post, boolean canonical) {
		String wish = wish(visit);
		String content = content(visit, post);
		return canonical ? this.naming.ask(wish, List.of(content)).getFirst().key() : new Raw(wish, content);
	}

	/** Texts as they came. */
	private record Raw(String wish, String content) {
	}

}
