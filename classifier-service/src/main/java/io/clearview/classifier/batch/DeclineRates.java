package io.clearview.classifier.batch;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.clearview.classifier.model.Fault;
import io.clearview.classifier.model.Fault.Owner;
import io.clearview.classifier.model.Judgement;
import org.jspecify.annotations.Nullable;

/**
 * How many of a user's posts the model declines lately. To find one declined post in a
 * batch of 50 takes up to seven calls that are declined. A user of whose posts more than
 * one in eight is declined therefore has batches of its own, whose posts are asked one by
 * one: calls that are declined are never more than the posts that its quota pays for, and
 * nobody else's posts wait for them.
 *
 * <p>
 * Known from a user's first declined post until ten minutes after its last post, of at
 * most {@value #MOST_USERS} users. Safe for use by several threads.
 */
final class DeclineRates {

	private static final Duration MEMORY = Duration.ofMinutes(10);

	private static final int MOST_USERS = 50_000;

	/** So many declined posts may be chance. */
	private static final int CHANCE = 2;

	private static final int ONE_IN = 8;

	/** Counts are halved at so many posts, so that older ones weigh less. */
	private static final int MOST_POSTS = 200;

	private final Cache<String, Rate> users;

	/**
	 * Nothing declined yet.
	 * @param nanos the time, in nanoseconds
	 */
	DeclineRates(LongSupplier nanos) {
		this.users = Caffeine.newBuilder()
			.executor(Runnable::run)
			.ticker(nanos::getAsLong)
			.maximumSize(MOST_USERS)
			.expireAfterWrite(MEMORY)
			.build();
	}

	/** Whether a user's posts are asked one by one, apart from those of others. */
	boolean isHigh(String user) {
		Rate rate = this.users.getIfPresent(user);
		return rate != null && rate.declined() > CHANCE && ONE_IN * rate.declined() > rate.posts();
	}

	/** The model answered for posts. */
	void answered(List<QueuedPost> posts, List<Judgement> judgements) {
		for (Judgement judgement : judgements) {
			if (judgement.index() >= 0 && judgement.index() < posts.size()) {
				answered(posts.get(judgement.index()), judgement.fault() == null, judgement.fault());
			}
		}
	}

	/** The model failed for posts. */
	void failed(List<QueuedPost> posts, Fault fault) {
		posts.forEach((post) -> answered(post, false, fault));
	}

	private void answered(QueuedPost post, boolean labelled, @Nullable Fault fault) {
		if (labelled) {
			this.users.asMap().computeIfPresent(post.user(), (_, rate) -> rate.plus(0));
		}
		else if (fault != null && fault.owner() == Owner.POST && fault.sent()) {
			this.users.asMap().merge(post.user(), new Rate(1, 1), (rate, _) -> rate.plus(1));
		}
	}

	/** So many posts, and those of them that were declined. */
	private record Rate(int posts, int declined) {

		Rate plus(int declined) {
			return (this.posts < MOST_POSTS) ? new Rate(this.posts + 1, this.declined + declined)
					: new Rate(this.posts / 2 + 1, this.declined / 2 + declined);
		}

	}

}
