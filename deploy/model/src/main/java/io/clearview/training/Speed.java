package io.clearview.training;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

import io.clearview.classifier.model.local.LocalJudge;
import io.clearview.classifier.model.local.LocalWish;
import io.clearview.classifier.model.local.Weights;

/**
 * Prints what the embedded model costs: the processor time of a post after warm-up, for
 * texts of several lengths, and the heap that it takes; or, with the argument
 * {@code load}, the milliseconds of processor time that loading takes in this process.
 */
final class Speed {

	private static final int ROUNDS = 10;

	private static final List<String> PREFERENCES = List.of("block spam", "hide politics", "no cooking",
			"filter harmful, explicit, and abusive content", "no sports, crypto or celebrity gossip");

	private static final int[] LENGTHS = { 1_000, 2_500, 5_000, 10_000 };

	private Speed() {
	}

	public static void main(String[] args) throws IOException {
		if (args[args.length - 1].equals("load")) {
			long start = cpu();
			new LocalJudge(Weights.load());
			System.out.println((cpu() - start) / 1_000_000);
			return;
		}
		long heap = heap();
		LocalJudge judge = new LocalJudge(Weights.load());
		System.out.printf(Locale.ROOT, "heap: %.1f MB%n", (heap() - heap) / 1e6);
		List<String> posts = HeadSpec.lines("/training/examples.txt")
			.stream()
			.map((line) -> line.split("\\s*\\|\\s*", 2)[1])
			.toList();
		List<LocalWish> wishes = PREFERENCES.stream().map(judge::wish).toList();
		for (int i = 0; i < ROUNDS; i++) {
			wishes.forEach((wish) -> micros(judge, wish, posts));
		}
		for (int i = 0; i < wishes.size(); i++) {
			System.out.printf(Locale.ROOT, "%5.1f us a post: %s%n", micros(judge, wishes.get(i), posts),
					PREFERENCES.get(i));
		}
		String text = (String.join(" ", posts) + " ").repeat(2);
		for (int length : LENGTHS) {
			System.out.printf(Locale.ROOT, "%5.0f us for %d characters: %s%n",
					micros(judge, wishes.getLast(), List.of(text.substring(0, length))), length, PREFERENCES.getLast());
		}
	}

	/** Microseconds of this thread's processor time that a post takes. */
	private static double micros(LocalJudge judge, LocalWish wish, List<String> posts) {
		long start = cpu();
		for (int i = 0; i < ROUNDS; i++) {
			for (String post : posts) {
				wish.judge(judge.post(post));
			}
		}
		return (cpu() - start) / 1e3 / ROUNDS / posts.size();
	}

	private static long cpu() {
		return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

	private static long heap() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

}
