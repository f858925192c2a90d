package io.clearview.classifier.batch;

import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The posts of one request, which should leave together although each finds its own way
 * to the queue: how many of them are still to come. Travels in the Reactor context of
 * those who ask.
 */
public final class Company {

	private static final Object KEY = Company.class;

	private static final Runnable NOBODY = () -> {
	};

	private final AtomicInteger coming;

	private volatile Runnable completed = NOBODY;

	private Company(int posts) {
		this.coming = new AtomicInteger(posts);
	}

	/** A context for a request that asks for so many posts. */
	public static Context of(int posts) {
		return Context.of(KEY, new Company(posts));
	}

	/** One post of the request that {@code context} belongs to will not come. */
	public static void misses(ContextView context) {
		Company company = in(context);
		if (company != null) {
			company.one();
		}
	}

	/** The same context for a post that was counted already. */
	public static Context without(Context context) {
		return context.delete(KEY);
	}

	static @Nullable Company in(ContextView context) {
		return context.getOrDefault(KEY, null);
	}

	/** One of them is here; {@code completed} runs once no more are to come. */
	void arrives(Runnable completed) {
		this.completed = completed;
		one();
	}

	boolean isComplete() {
		return this.coming.get() <= 0;
	}

	private void one() {
		if (this.coming.decrementAndGet() == 0) {
			this.completed.run();
		}
	}

}
