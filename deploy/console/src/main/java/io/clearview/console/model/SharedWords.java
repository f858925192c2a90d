package io.clearview.console.model;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.clearview.local.stub.ScriptedModel;

/**
 * What the console's model knows, which is little: a post is blocked when it shares a
 * word of five letters or more with the preference, or a word that the preference's words
 * commonly stand for.
 */
public final class SharedWords {

	private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]{4,}");

	private static final Map<String, Set<String>> MEANINGS = Map.of("crypto",
			Set.of("bitcoin", "airdrop", "token", "wallet", "coin", "memecoin"), "spam",
			Set.of("followers", "giveaway", "click", "airdrop", "free"), "politics",
			Set.of("election", "senator", "parliament", "minister", "vote", "voters"), "sports",
			Set.of("match", "goal", "league", "season", "penalty"), "spoilers", Set.of("finale", "ending", "dies"));

	private SharedWords() {
	}

	/** Starts a model that knows this, on a port of the loopback address. */
	public static ScriptedModel model(int port) throws IOException {
		return new ScriptedModel(port, new ScriptedModel.Script(SharedWords::blocks, Duration.ofMillis(60), 5, false));
	}

	private static boolean blocks(String preference, String post) {
		Set<String> wanted = wanted(preference);
		return words(post).stream().anyMatch(wanted::contains);
	}

	private static Set<String> wanted(String preference) {
		Set<String> words = words(preference);
		Set<String> meant = words.stream()
			.flatMap((word) -> MEANINGS.getOrDefault(word, Set.of()).stream())
			.collect(Collectors.toSet());
		words.stream().filter((word) -> word.length() > 4).forEach(meant::add);
		meant.removeAll(Set.of("block", "filter", "posts", "hidden", "label", "content", "preference", "allow"));
		return meant;
	}

	private static Set<String> words(String text) {
		return WORD.matcher(text.toLowerCase(Locale.ROOT))
			.results()
			.map(MatchResult::group)
			.collect(Collectors.toSet());
	}

}
