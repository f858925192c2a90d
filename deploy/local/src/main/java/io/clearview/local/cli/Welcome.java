package io.clearview.local.cli;

import java.nio.file.Path;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** What to do with a stack that is ready. */
final class Welcome {

	private Welcome() {
	}

	/**
	 * The text.
	 * @param url the gateway's
	 * @param console the console's; null when it does not run
	 * @param down the command that stops this stack
	 */
	static String text(String url, @Nullable String console, double seconds, String model, Path logs, String down,
			boolean attached) {
		String first = (console == null) ? "" : "\nOpen " + console + " to try it, watch it and break it.\n";
		return first
				+ """

						ClearView is ready at %1$s after %2$s s. Get a token, then classify:

						TOKEN=$(curl -sS -X POST %1$s/auth -H 'Content-Type: application/json' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')

						curl -sS %1$s/classify -H "Authorization: $TOKEN" -H 'Content-Type: application/json' \\
						  -d '{"preference":"Block spam and crypto shilling","posts":[
						       {"hash":"post_1","content":"GUARANTEED 100x crypto airdrop, send 1 ETH and get 2 back!"},
						       {"hash":"post_2","content":"The library opens at nine on Saturdays"}]}'

						judged by  %3$s
						tokens     each is good for a year, also after a restart
						logs       %4$s
						stop       %5$s
						"""
					.formatted(url, String.format(Locale.ROOT, "%.1f", seconds), model, logs,
							attached ? "Ctrl-C, or from elsewhere: " + down : down);
	}

	/**
	 * A path as it can be pasted into a shell, relative if it is below the working
	 * directory.
	 */
	static String pasteable(Path path) {
		Path here = Path.of("").toAbsolutePath();
		String text = (path.startsWith(here) ? here.relativize(path) : path).toString();
		return text.matches("[A-Za-z0-9_./+@%:=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
	}

}
