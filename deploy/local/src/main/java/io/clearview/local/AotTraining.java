package io.clearview.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the {@linkplain AotCache caches} that later starts use: runs a stack of its own
 * with some traffic and stops it.
 */
public final class AotTraining {

	/** How many accounts are made; each sends as much as a free account may. */
	private static final int ACCOUNTS = 60;

	private static final int REQUESTS_OF_ACCOUNT = 5;

	/** Writing a cache takes 10 s of CPU time. */
	private static final Duration WRITING = Duration.ofSeconds(150);

	private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

	private AotTraining() {
	}

	/**
	 * Runs one.
	 * @param root of the project
	 * @param directory of the run; its applications are those of {@code apps}
	 * @param apps where unpacked applications and their caches are
	 * @return whether there is a cache of every application now
	 */
	public static boolean run(Path root, Path directory, Path apps) throws IOException, InterruptedException {
		try (LocalStack stack = LocalStack.builder(root, directory)
			.apps(apps)
			.recording()
			.gatewaySetting("clearview.limits.flood", "100000")
			.gatewaySetting("clearview.limits.shared.address", "100000")
			.build()) {
			stack.start();
			try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
				for (int account = 0; account < ACCOUNTS; account++) {
					traffic(client, stack.gateway().url(), account);
				}
			}
			return stack.stopAndKeepCaches(WRITING);
		}
	}

	private static void traffic(HttpClient client, String url, int account) throws IOException, InterruptedException {
		HttpResponse<String> auth = client.send(request(url + "/auth").header("User-Agent", "training " + account)
			.POST(BodyPublishers.noBody())
			.build(), BodyHandlers.ofString());
		Matcher token = TOKEN.matcher(auth.body());
		if (!token.find()) {
			return;
		}
		for (int request = 0; request < REQUESTS_OF_ACCOUNT; request++) {
			client.send(request(url + "/classify").header("Authorization", token.group(1))
				.POST(BodyPublishers.ofString(posts(account, request)))
				.build(), BodyHandlers.discarding());
		}
		client.send(request(url + "/quota").header("Authorization", token.group(1)).build(), BodyHandlers.discarding());
		client.send(request(url + "/health").build(), BodyHandlers.discarding());
	}

	private static HttpRequest.Builder request(String url) {
		return HttpRequest.newBuilder(URI.create(url))
			.timeout(Duration.ofSeconds(15))
			.header("Content-Type", "application/json")
			.header("Origin", "chrome-extension://training");
	}

	private static String posts(int account, int request) {
		StringBuilder body = new StringBuilder("{\"preference\":\"Block spam and crypto shilling\",\"posts\":[");
		for (int post = 0; post < 10; post++) {
			body.append((post == 0) ? "" : ",")
				.append("{\"hash\":\"post_")
				.append(post)
				// every second post was asked before: caches, too
				.append("\",\"content\":\"Post number ")
				.append((post % 2 == 0) ? post : account * 1000 + request * 10 + post)
				.append(" about a guaranteed airdrop of coins\"}");
		}
		return body.append("]}").toString();
	}

}
