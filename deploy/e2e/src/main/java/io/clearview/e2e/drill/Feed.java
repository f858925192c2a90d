package io.clearview.e2e.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.clearview.e2e.client.Followers;
import io.clearview.e2e.client.Post;

/**
 * What the drill's users read: a few posts that everybody saw, and now and then a new
 * one.
 */
final class Feed {

	private static final int KNOWN = 100;

	private static final int POSTS = 5;

	private final SplittableRandom random;

	private final AtomicLong next = new AtomicLong();

	Feed(long seed) {
		this.random = new SplittableRandom(seed);
	}

	/** Everything that is known, in requests. */
	static List<List<Post>> known() {
		List<List<Post>> requests = new ArrayList<>();
		for (int i = 0; i < KNOWN; i += POSTS) {
			List<Post> posts = new ArrayList<>();
			for (int j = i; j < i + POSTS; j++) {
				posts.add(known(j));
			}
			requests.add(posts);
		}
		return requests;
	}

	/** A request's posts. */
	synchronized List<Post> read(boolean fresh) {
		List<Post> posts = new ArrayList<>();
		for (int i = 0; i < POSTS; i++) {
			posts.add(known(this.random.nextInt(KNOWN)));
		}
		if (fresh) {
			long number = this.next.incrementAndGet();
			posts.set(POSTS - 1, post("a new thing, number " + number, number));
		}
		return posts;
	}

	/** The only right label. */
	static String label(Post post) {
		return Followers.label(post.content());
	}

	private static Post known(int number) {
		return post("what everybody saw, number " + number, number);
	}

	private static Post post(String text, long number) {
		return Post.of((number % 3 == 0) ? text + ", buy cheap " + Followers.BLOCKED : text);
	}

}
