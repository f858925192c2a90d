package io.clearview.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

class PostStreamTest {

	private final PostStream feed = new PostStream(Shape.day(), 7);

	@Test
	void theSameSeedGivesTheSameDay() {
		assertThat(day(new PostStream(Shape.day(), 7), 1)).isEqualTo(day(this.feed, 1));
		assertThat(day(new PostStream(Shape.day(), 8), 1)).isNotEqualTo(day(this.feed, 1));
	}

	@Test
	void sixInTenSayNothingAndOneInTenSaysWhatNobodyElseDoes() {
		List<String> said = IntStream.range(0, 20_000).mapToObj((user) -> {
			String preference = this.feed.preference(user);
			return (preference != null) ? preference.strip().replaceAll("\\s+", " ").toLowerCase() : "";
		}).toList();
		Map<String, Integer> users = new HashMap<>();
		said.forEach((wish) -> users.merge(wish, 1, Integer::sum));
		assertThat(users.remove("") / 20_000.0).isCloseTo(0.6, within(0.02));
		assertThat(users.values().stream().filter((count) -> count == 1).count() / 20_000.0).isCloseTo(0.1,
				within(0.01));
		assertThat(users.values().stream().filter((count) -> count > 1).count()).isEqualTo(50);
	}

	@Test
	void whatIsPopularIsSeenOftenAndWhatIsOldSeldom() {
		SplittableRandom random = new SplittableRandom(3);
		Map<Long, Integer> seen = new HashMap<>();
		for (int i = 0; i < 50_000; i++) {
			seen.merge(this.feed.draw(i % 1000, 12, random), 1, Integer::sum);
		}
		long slices = (1 << 20) + 11;
		int posts = Shape.day().postsPerSlice();
		int popular = seen.getOrDefault(slices * posts, 0);
		int obscure = seen.getOrDefault(slices * posts + posts - 1, 0);
		int popularLongAgo = seen.getOrDefault((slices - 12) * posts, 0);
		assertThat(popular).isGreaterThan(50 * Math.max(1, obscure)).isGreaterThan(4 * popularLongAgo);
	}

	@Test
	void noTwoPostsAreAlikeAndCopiesDifferInTheirLinkOnly() {
		List<String> posts = LongStream.range(0, 2000)
			.mapToObj((number) -> this.feed.post(number, 0).content())
			.toList();
		assertThat(posts).doesNotHaveDuplicates();
		String linked = posts.stream().filter((post) -> post.contains("https://")).findFirst().orElseThrow();
		Post copy = this.feed.post(posts.indexOf(linked), 1);
		assertThat(copy.content()).isNotEqualTo(linked);
		assertThat(copy.content().replaceAll("https://\\S+", "")).isEqualTo(linked.replaceAll("https://\\S+", ""));
		assertThat(posts.stream().filter((post) -> post.contains("https://")).count() / 2000.0)
			.isCloseTo(Shape.day().linkShare(), within(0.04));
	}

	@Test
	void privatePostsStayInTheirCircle() {
		PostStream secretive = new PostStream(new Shape(1, 400, 1.1, 4, 1, 8, 10, 0, 1), 7);
		SplittableRandom random = new SplittableRandom(3);
		List<Long> one = LongStream.range(0, 500).map((_) -> secretive.draw(0, 12, random)).distinct().boxed().toList();
		List<Long> friend = LongStream.range(0, 500).map((_) -> secretive.draw(7, 12, random)).boxed().toList();
		List<Long> stranger = LongStream.range(0, 500).map((_) -> secretive.draw(8, 12, random)).boxed().toList();
		assertThat(one).containsAnyElementsOf(friend).doesNotContainAnyElementsOf(stranger);
	}

	private static List<String> day(PostStream feed, long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		return IntStream.range(0, 200)
			.mapToObj((user) -> feed.preference(user) + feed.post(feed.draw(user, 5, random), feed.copy(random)))
			.toList();
	}

}
