package io.clearview.bench.workload;

import java.util.SplittableRandom;

/** Writes posts: 8 to 45 words, some with a shortened link, no two numbers alike. */
final class Posts {

	private static final String[] WORDS = """
			the a of to and in that is for it on with as was at by this be are from have not but they we you all
			can had her one our out day get has him how man new now old see two way who boy did its let put say
			she too use people time year market team game city water music night world video photo story music
			house money morning think really never always every thing great little school company government
			family health coffee summer winter election player season minister album launch record update free
			offer click winner crypto token giveaway scandal shocking terrible awful amazing beautiful secret
			doctor study science planet rocket engine garden kitchen recipe travel flight train ticket price
			sale stock profit loss strike union court judge police report rumour leak trailer episode series
			actor singer comedian goal match league final coach transfer injury weather storm flood heat snow
			""".split("\\s+");

	private final long seed;

	private final Shape shape;

	Posts(long seed, Shape shape) {
		this.seed = seed;
		this.shape = shape;
	}

	/**
	 * The post of that number.
	 * @param copy under which of its short links it goes around; of no account for a post
	 * without one
	 */
	Post write(long number, int copy) {
		SplittableRandom random = new SplittableRandom(this.seed ^ (number * 0x9e3779b97f4a7c15L));
		boolean link = random.nextDouble() < this.shape.linkShare();
		int words = 8 + random.nextInt(38);
		StringBuilder text = new StringBuilder(words * 6 + 40);
		for (int i = 0; i < words; i++) {
			text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
		}
		text.append('p').append(Long.toString(number & Long.MAX_VALUE, 36));
		if (link) {
			long address = new SplittableRandom(random.nextLong() + copy).nextLong() >>> 8;
			text.append(" https://t.co/").append(Long.toString(address, 36));
		}
		String content = text.toString();
		return new Post("post_" + Integer.toHexString(content.hashCode()), content);
	}

}
